import { resolve } from 'node:path';

/**
 * A path as an error shows it. A relative one is completed, as the working directory may be another than thought; where
 * that directory is gone there is nothing to complete it with, and it stays as given.
 */
export function wholePath(file: string): string {
  try {
    return resolve(file);
  } catch {
    return file;
  }
}

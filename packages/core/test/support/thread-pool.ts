import { execFileSync } from 'node:child_process';
import { close, closeSync, constants, open, openSync } from 'node:fs';
import { promisify } from 'node:util';

const THREADS = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);

/**
 * Makes every file hang, as one on a mount that is gone does: all threads of the pool wait for a pipe that nobody writes.
 * @param pipe the path of the pipe, where nothing is yet
 * @returns what lets them go
 */
export function hangFiles(pipe: string): () => Promise<void> {
  execFileSync('mkfifo', [pipe]);
  const opened = Array.from({ length: THREADS }, () => promisify(open)(pipe, 'r'));
  return async () => {
    const writer = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    await Promise.all(opened.map(async (file) => promisify(close)(await file)));
    closeSync(writer);
  };
}

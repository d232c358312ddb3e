import { onTestFinished } from 'vitest';

/** The warnings of this process from now on; a turn of the event loop is waited for, as Node tells them in the next one. */
export function watchWarnings(): () => Promise<readonly Error[]> {
  const seen: Error[] = [];
  const take = (warning: Error): void => void seen.push(warning);
  process.on('warning', take);
  onTestFinished(() => void process.off('warning', take));
  return async () => {
    await new Promise(setImmediate);
    return seen;
  };
}

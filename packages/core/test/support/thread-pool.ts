import { execFileSync } from 'node:child_process';
import { close, closeSync, constants, open, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const THREADS = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);

/**
 * Makes every file hang, as one on a mount that is gone does: all threads of the pool wait for a pipe that nobody writes.
 * @param pipe the path of the pipe, where nothing is yet
 * @returns what lets them go, as the end of the test does
 */
export function hangFiles(pipe: string): () => Promise<void> {
  execFileSync('mkfifo', [pipe]);
  const opened = Array.from({ length: THREADS }, () => promisify(open)(pipe, 'r'));
  const letGo = async (): Promise<void> => {
    const files = opened.splice(0);
    if (files.length === 0) return;
    const writer = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    await Promise.all(files.map(async (file) => promisify(close)(await file)));
    closeSync(writer);
  };
  onTestFinished(letGo);
  return letGo;
}

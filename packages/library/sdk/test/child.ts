import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));

/** A process of its own that runs a module of TypeScript in this package. */
export interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  /** The next line it writes. */
  line(): Promise<string>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

/** Starts a module; it imports the package by its name. */
export function start(code: string, env: Readonly<Record<string, string>> = {}): Child {
  const args = ['--input-type=module-typescript', '--eval', code];
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  child.stderr.pipe(process.stderr);
  return {
    process: child,
    line: async () => {
      const { value, done } = await lines.next();
      if (done === true) throw new Error('the process wrote nothing more');
      return value;
    },
    ended: new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal))),
  };
}

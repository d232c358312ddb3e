import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Starts a module of this folder in a process of its own, gives it its setup, and waits for its first answer. */
export async function startChild<Answer>(
  module: string,
  setup: object,
  execArgv: readonly string[] = [],
): Promise<{ readonly child: ChildProcess; readonly answer: Answer }> {
  const child = fork(join(import.meta.dirname, module), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [...execArgv],
  });
  const answer = await ask<Answer>(child, setup);
  return { child, answer };
}

/** Sends a message and waits for the next one. A process that ends instead is an error. */
export async function ask<Answer>(child: ChildProcess, message: object): Promise<Answer> {
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    const answered = once(child, 'message', { signal }).then(([answer]) => answer as Answer);
    const ended = once(child, 'exit', { signal }).then(([code]) => {
      throw new Error(`${child.spawnargs.at(-1)} ended with exit code ${code}`);
    });
    child.send(message);
    return await Promise.race([answered, ended]);
  } finally {
    waiting.abort();
  }
}

/** Ends a process and waits until it is gone. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill();
  await gone;
}

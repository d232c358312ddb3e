import { channel } from 'node:diagnostics_channel';
import { inspect } from 'node:util';

const CHANNELS = ['http', 'verify', 'mint', 'bundle', 'signer', 'leaf'].map((name) =>
  channel(`workload-identity:${name}`),
);
const CONSOLE = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;

/** Runs something and gives everything that was printed, warned of or published meanwhile. */
export async function captured(run: () => Promise<void>): Promise<string> {
  const seen: string[] = [];
  const publish = (message: unknown) => void seen.push(inspect(message, { depth: 10, showHidden: true }));
  const warn = (warning: Error) => void seen.push(inspect(warning));
  const write = (chunk: unknown) => {
    seen.push(String(chunk));
    return true;
  };
  const { stdout, stderr } = process;
  const before = { out: stdout.write, err: stderr.write, console: CONSOLE.map((name) => console[name]) };
  for (const one of CHANNELS) one.subscribe(publish);
  process.on('warning', warn);
  stdout.write = write as typeof stdout.write;
  stderr.write = write as typeof stderr.write;
  for (const name of CONSOLE) console[name] = (...args: unknown[]) => void seen.push(inspect(args));
  try {
    await run();
    // Warnings are emitted on the next tick.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    for (const one of CHANNELS) one.unsubscribe(publish);
    process.off('warning', warn);
    stdout.write = before.out;
    stderr.write = before.err;
    for (const [at, name] of CONSOLE.entries()) console[name] = before.console[at] as typeof console.log;
  }
  return seen.join('\n');
}

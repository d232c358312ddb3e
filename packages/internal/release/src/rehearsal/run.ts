import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { root } from '../../../tools/src/workspace.ts';

/** Where a command runs, and what its environment has beyond ours. */
export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

const TOOLS = join(root, 'node_modules', '.bin');

/** What a command needs of our environment. A registry or a token of this machine is not part of it. */
function environment(extra: RunOptions['env']): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|pnpm_|WORKLOAD_IDENTITY_)/i.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    PATH: [TOOLS, process.env['PATH']].join(delimiter),
    CI: 'true',
    DO_NOT_TRACK: '1',
    NO_UPDATE_NOTIFIER: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    ...extra,
  };
}

/** Starts a command; its output is ours to read. */
export const start = (command: string, args: readonly string[], { cwd, env }: RunOptions) =>
  spawn(command, args, { cwd, env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });

/**
 * Runs a command to its end and gives what it printed.
 * @throws Error with all it printed, when it fails
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const child = start(command, args, options);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${code}\n${stdout}\n${stderr}`);
  return stdout;
}

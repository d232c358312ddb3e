import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readmeSamples } from '../../../tools/src/readme-samples.ts';
import { root } from '../../../tools/src/workspace.ts';
import { run, start } from './run.ts';

const samples = readmeSamples(pathToFileURL(join(root, 'README.md')));

function sample(name: string): string {
  const found = samples.find((one) => one.name === name);
  if (found === undefined) throw new Error(`the README has no sample ${name}`);
  return found.code;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when something listens on the port; rejects when the process that should listen has ended. */
async function listening(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => setTimeout(resolve, 50, false));
    });
    socket.destroy();
    if (open) return;
  }
}

/** Writes the files of the README. */
function furnish(folder: string, port: number): void {
  writeFileSync(join(folder, 'shared.secret'), randomBytes(32).toString('base64'), { mode: 0o600 });
  for (const name of ['bundle.json', 'orders.json', 'billing.json']) {
    writeFileSync(join(folder, name), sample(name));
  }
  for (const name of ['billing.mjs', 'orders.mjs', 'roundtrip.mjs']) {
    const code = sample(name);
    writeFileSync(
      join(folder, name),
      code.replaceAll('localhost:3000', `127.0.0.1:${port}`).replaceAll('3000', `${port}`),
    );
  }
}

const as = (folder: string, workload: string) => ({
  cwd: folder,
  env: { WORKLOAD_IDENTITY_CONFIG: `${workload}.json` },
});

/** Runs the program of the README that needs no server, alone: what it has printed. */
export function runRoundtrip(folder: string, node: string): Promise<string> {
  furnish(folder, 0);
  return run(node, ['roundtrip.mjs'], as(folder, 'billing'));
}

/** Runs the README with one Node: what the two programs that end have printed. */
export async function runReadme(folder: string, node: string): Promise<Readonly<Record<string, string>>> {
  const port = await freePort();
  furnish(folder, port);
  const roundtrip = await run(node, ['roundtrip.mjs'], as(folder, 'billing'));
  const billing = start(node, ['billing.mjs'], as(folder, 'billing'));
  let complaint = '';
  billing.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk;
  });
  const ended = once(billing, 'close');
  try {
    await listening(port, billing);
    const orders = await run(node, ['orders.mjs'], as(folder, 'orders'));
    const { status } = await fetch(`http://127.0.0.1:${port}/charges`, { method: 'POST' });
    return { roundtrip, orders, withoutToken: `${status}`, complaint };
  } finally {
    billing.kill('SIGKILL');
    await ended;
  }
}

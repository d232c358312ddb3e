import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readmeSamples } from '../../tools/src/readme-samples.ts';

// The samples stand inside this package, so that they find what they import.
const folder = mkdtempSync(fileURLToPath(new URL('../.readme-', import.meta.url)));
const samples = new Map(
  readmeSamples(new URL('../../../../README.md', import.meta.url)).map(({ name, code }) => [name, code]),
);
let port = 0;
let billing: ChildProcess | undefined;

function sample(name: string): string {
  const code = samples.get(name);
  if (code === undefined) throw new Error(`the README has no sample ${name}`);
  return code;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return free;
}

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function run(name: string, workload: string): ChildProcess {
  const file = write(name, sample(name).replaceAll('3000', String(port)));
  const env = { ...process.env, WORKLOAD_IDENTITY_CONFIG: `${workload}.json` };
  return spawn(process.execPath, [file], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function output(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  return text;
}

async function untilServed(url: string): Promise<Response> {
  for (;;) {
    try {
      return await fetch(url, { method: 'POST' });
    } catch {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

beforeAll(async () => {
  port = await freePort();
  execFileSync('sh', ['-c', sample('secret.sh')], { cwd: folder });
  for (const name of ['bundle.json', 'orders.json', 'billing.json']) write(name, sample(name));
});

afterAll(async () => {
  billing?.kill();
  if (billing !== undefined) await once(billing, 'exit');
  rmSync(folder, { recursive: true, force: true });
});

describe('the page of two services in the README', () => {
  test('billing refuses who shows nothing, and serves orders', async () => {
    billing = run('billing.mjs', 'billing');
    expect((await untilServed(`http://localhost:${port}/charges`)).status).toBe(401);
    expect(await output(run('orders.mjs', 'orders'))).toContain('spiffe://prod.example.com/orders');
  });

  test('their configurations differ in the workload alone', () => {
    const orders = sample('orders.json');
    expect(sample('billing.json')).toBe(
      orders.replace('prod.example.com/orders', 'prod.example.com/billing'),
    );
  });

  test('mint and verify are the whole of it', async () => {
    expect(await output(run('roundtrip.mjs', 'billing'))).toContain('spiffe://prod.example.com/billing []');
  });
});

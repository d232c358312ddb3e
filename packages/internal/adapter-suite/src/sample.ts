import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createMinter, HmacKey, KeyRing } from '@workload-identity/core';
import { readmeSamples } from '../../tools/src/readme-samples.ts';
import { AUDIENCES, WORKLOADS } from './names.ts';

const SECRET = Buffer.from('a secret for tests, and for nothing else').toString('base64');
const README_PORT = '3000';

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

/** The samples of a package's README, run as they stand there but for the port. */
export class SampleRunner {
  readonly #folder: string;
  readonly #readme: URL;
  readonly #port: string;
  readonly #children: ReturnType<typeof spawn>[] = [];

  private constructor(home: URL, port: string) {
    // Inside the package, so that the samples find what they import.
    this.#folder = mkdtempSync(fileURLToPath(new URL('.readme-', home)));
    this.#readme = new URL('README.md', home);
    this.#port = port;
    this.#write('secret', SECRET);
    const keys = [{ secret: { file: join(this.#folder, 'secret') } }];
    const authority = { rung: 'hmac', issuer: 'self', subjects: ['spiffe://prod.example.com/*'], keys };
    const bundle = { version: 1, trustDomain: 'prod.example.com', sequence: 1, authorities: [authority] };
    this.#write('bundle.json', JSON.stringify(bundle));
  }

  /** @param home the folder of the package */
  static async open(home: URL): Promise<SampleRunner> {
    return new SampleRunner(home, await freePort());
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts a sample as `billing` and waits until it says `listening`. */
  async serve(name: string): Promise<void> {
    const child = this.#spawn(
      name,
      { verify: { bundle: { file: join(this.#folder, 'bundle.json') } } },
      'billing',
    );
    for await (const line of createInterface({ input: child.stdout })) if (line === 'listening') return;
    throw new Error(`${name} ended before it was listening`);
  }

  /** Runs a sample as `orders` and gives what it printed. */
  async call(name: string, roles: readonly string[]): Promise<string> {
    const sign = { rung: 'hmac', key: { file: join(this.#folder, 'secret') }, roles };
    const child = this.#spawn(name, { sign }, 'orders');
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk;
    });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${name} ended with ${code}`);
    return printed;
  }

  /** A header with a token of `orders` for `billing`. */
  async credentials(roles: readonly string[] = []): Promise<{ authorization: string }> {
    const signers = new KeyRing({ active: await HmacKey.parse(SECRET) });
    const { token } = await createMinter({ issuer: WORKLOADS.orders, signers }).mint({
      audience: AUDIENCES.main,
      roles,
    });
    return { authorization: `Bearer ${token}` };
  }

  async close(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode === null && child.kill()) await once(child, 'exit');
    }
    rmSync(this.#folder, { recursive: true });
  }

  #write(name: string, text: string): string {
    const file = join(this.#folder, name);
    writeFileSync(file, text);
    return file;
  }

  #spawn(name: string, configuration: object, workload: string) {
    const sample = readmeSamples(this.#readme).find((one) => one.name === name);
    if (sample === undefined) throw new Error(`the README has no sample ${name}`);
    const file = this.#write(name, sample.code.replaceAll(README_PORT, this.#port));
    const full = { workload: `spiffe://prod.example.com/${workload}`, ...configuration };
    const env = { ...process.env, WORKLOAD_IDENTITY_CONFIG: JSON.stringify(full) };
    const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#children.push(child);
    return child;
  }
}

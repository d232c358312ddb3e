import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';

/** A KMS to play with: moto, which speaks AWS's protocol on loopback. */
export interface KmsEmulator {
  readonly endpoint: string;
  /** Creates a P-256 key and returns its identifier. */
  createKey(): Promise<string>;
  stop(): Promise<void>;
}

export const KMS_REGION = 'eu-west-1';

/** What the emulator takes for credentials; it looks at none. */
export const EMULATOR_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'emulator', AWS_SECRET_ACCESS_KEY: 'emulator' };

function locate(): string | undefined {
  const repository = join(import.meta.dirname, '..', '..', '..', '..', '.venv', 'bin');
  const folders = [repository, ...(process.env.PATH ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, 'moto_server')).find((file) => existsSync(file));
}

/** Starts the emulator on a free port; undefined where it is not installed. */
export async function startKmsEmulator(): Promise<KmsEmulator | undefined> {
  const program = locate();
  if (program === undefined) return undefined;
  const child = spawn(program, ['-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  let endpoint: string | undefined;
  for await (const line of createInterface({ input: child.stderr })) {
    endpoint = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (endpoint !== undefined) break;
  }
  if (endpoint === undefined) throw new Error('the KMS emulator ended before it served');
  child.stderr.resume();
  Object.assign(process.env, EMULATOR_CREDENTIALS);
  const client = new KMSClient({ region: KMS_REGION, endpoint });
  return {
    endpoint,
    async createKey() {
      const { KeyMetadata } = await client.send(
        new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
      );
      return KeyMetadata?.KeyId as string;
    },
    async stop() {
      client.destroy();
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}

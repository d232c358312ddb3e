import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateKeyCommand, type CreateKeyCommandInput, KMSClient } from '@aws-sdk/client-kms';
import { describe, expect, test } from 'vitest';

const venv = join(import.meta.dirname, '..', '..', '..', '..', '.venv', 'bin', 'moto_server');

function locate(): string | undefined {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'moto_server'));
  return [process.env['MOTO_SERVER'] ?? venv, venv, ...onPath].find((file) => existsSync(file));
}

const program = locate();

/** A suite against moto, an emulator that speaks the AWS protocol. Without it the suite is skipped; under `CI=true` it fails. */
export function describeWithMoto(name: string, suite: () => void): void {
  if (program !== undefined) {
    describe(name, suite);
  } else {
    const how = 'npm run setup:python';
    test(name, ({ skip }) => {
      if (process.env['CI'] === 'true') expect.fail(`moto_server is missing: ${how}`);
      skip(`moto_server is missing: ${how}`);
    });
  }
}

export interface Moto {
  readonly url: string;
  /** Ends the process at once, as a crash would. */
  kill(): Promise<void>;
}

async function address(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream })) {
    const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('moto_server ended before it listened');
}

/** Starts an emulator with no keys, on `port` or on a free one. */
export async function startMoto(port = 0): Promise<Moto> {
  const child = spawn(program as string, ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  const url = await address(child);
  child.stderr.resume();
  return {
    url,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export const REGION = 'eu-west-1';

/** A client for setting up keys, beside the code under test. */
export function adminClient(endpoint: string): KMSClient {
  const credentials = { accessKeyId: 'admin', secretAccessKey: 'admin' };
  return new KMSClient({ region: REGION, endpoint, credentials });
}

/** Creates a key and returns its identifier. */
export async function createKey(
  admin: KMSClient,
  KeySpec: NonNullable<CreateKeyCommandInput['KeySpec']> = 'ECC_NIST_P256',
  KeyUsage: NonNullable<CreateKeyCommandInput['KeyUsage']> = 'SIGN_VERIFY',
): Promise<string> {
  const { KeyMetadata } = await admin.send(new CreateKeyCommand({ KeySpec, KeyUsage }));
  return KeyMetadata?.KeyId as string;
}

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Authority, isWorkloadIdentityError, type TrustBundle } from '@workload-identity/contract';
import { onTestFinished } from 'vitest';
import { type Configuration, createWorkloadIdentity, type IdentityOptions } from '../src/index.ts';

export const ORDERS = 'spiffe://prod.example.com/orders';
export const BILLING = 'spiffe://prod.example.com/billing';

/** A folder of real files that is gone when the test is. */
export interface Scene {
  readonly folder: string;
  path(name: string): string;
  /** Writes a file and gives its path. */
  write(name: string, content: string | Uint8Array): string;
  /** Writes a trust bundle and gives its path. */
  bundle(authorities: readonly Authority[], parts?: Partial<TrustBundle>): string;
}

export function openScene(): Scene {
  const folder = mkdtempSync(join(tmpdir(), 'workload-identity-sdk-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = (name: string): string => join(folder, name);
  const write = (name: string, content: string | Uint8Array): string => {
    // Whatever the umask is, and whoever wrote it before: nobody else may write it.
    writeFileSync(path(name), content, { mode: 0o600 });
    return path(name);
  };
  const bundle: Scene['bundle'] = (authorities, parts) =>
    write(
      'bundle.json',
      JSON.stringify({ version: 1, trustDomain: 'prod.example.com', sequence: 1, authorities, ...parts }),
    );
  return { folder, path, write, bundle };
}

/** An authority for every holder of the secrets in these files. */
export function shared(...files: readonly string[]): Authority {
  return {
    rung: 'hmac',
    issuer: 'self',
    subjects: ['spiffe://prod.example.com/*'],
    keys: files.map((file) => ({ secret: { file } })),
  };
}

/** An identity that is closed when the test is. It does not poll: tests say when it looks. */
export function open(configuration: Configuration, options: IdentityOptions = {}) {
  const { verify } = configuration;
  const quiet =
    verify === undefined ? configuration : { ...configuration, verify: { pollInterval: '0s', ...verify } };
  const identity = createWorkloadIdentity(quiet as Configuration, { signals: false, ...options });
  onTestFinished(() => identity.close());
  return identity;
}

/** Collects what is published on a channel while the test runs. */
export function watch(name: string): unknown[] {
  const seen: unknown[] = [];
  const listener = (event: unknown): void => void seen.push(event);
  subscribe(`workload-identity:${name}`, listener);
  onTestFinished(() => void unsubscribe(`workload-identity:${name}`, listener));
  return seen;
}

/** The next event on a channel. */
export function nextEvent(name: string): Promise<unknown> {
  return new Promise((resolve) => {
    const listener = (event: unknown): void => {
      unsubscribe(`workload-identity:${name}`, listener);
      resolve(event);
    };
    subscribe(`workload-identity:${name}`, listener);
  });
}

/** The code of the error a call ends with; `none` if it does not fail. */
export async function codeOf(call: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof call === 'function' ? call() : call);
    return 'none';
  } catch (error) {
    return isWorkloadIdentityError(error) ? error.code : String(error);
  }
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ErrorCode, TrustBundle } from '@workload-identity/contract';
import {
  type BundleSource,
  createBundleSource,
  createVerifier,
  type VerifiedIdentity,
  verifyNow,
} from '@workload-identity/core';
import { checkAnchors, createChainResolver } from '@workload-identity/x5c';
import { beforeAll, describe, expect, it } from 'vitest';
import { caVectorFiles } from '../../../library/contract/scripts/vectors-ca/files.ts';

interface VectorFile<V> {
  readonly setup: {
    readonly now: number;
    readonly audiences: readonly string[];
    readonly leeway: number;
    readonly maxLifetime: number;
    readonly bundle: string;
  };
  readonly vectors: readonly (V & { readonly id: string; readonly token: string })[];
}

const require = createRequire(import.meta.url);
const textOf = (name: string): string =>
  readFileSync(require.resolve(`@workload-identity/contract/vectors/v1/${name}`), 'utf8');
const valid: VectorFile<{ expect: Partial<VerifiedIdentity> }> = JSON.parse(textOf('valid-ca.json'));
const invalid: VectorFile<{ code: ErrorCode }> = JSON.parse(textOf('invalid-ca.json'));
const bundle: TrustBundle = JSON.parse(textOf('bundle-ca.json'));

let source: BundleSource;

beforeAll(async () => {
  source = createBundleSource({ bundle, check: checkAnchors, pollInterval: 0 });
  await source.ready();
});

/** Verifies twice with one verifier: the second time the chain comes out of the cache. */
async function verify({ setup }: VectorFile<unknown>, token: string): Promise<VerifiedIdentity> {
  const { now, audiences, leeway, maxLifetime } = setup;
  const clock = () => now * 1_000;
  const chains = createChainResolver();
  const verifier = createVerifier({ bundle: source, audiences, leeway, maxLifetime, chains, clock });
  const [first] = await Promise.allSettled([verifier.verify(token)]);
  const [second] = await Promise.allSettled([verifier.verify(token)]);
  const [third] = await Promise.allSettled([(async () => verifyNow(verifier, token))()]);
  expect([second, third]).toEqual([first, first]);
  if (first.status === 'rejected') throw first.reason;
  return first.value;
}

describe('the frozen vectors of the ca rung', () => {
  it.each(valid.vectors)('$id is accepted', async ({ token, expect: expected }) => {
    expect(await verify(valid, token)).toMatchObject(expected);
  });

  it.each(invalid.vectors)('$id is refused with $code', async ({ token, code }) => {
    await expect(verify(invalid, token)).rejects.toMatchObject({ name: 'WorkloadIdentityError', code });
  });

  it('are what their generator writes', async () => {
    for (const [name, text] of await caVectorFiles()) expect(textOf(name) === text, name).toBe(true);
  });

  it('are many, and each has an identifier of its own', () => {
    expect(valid.vectors.length).toBeGreaterThanOrEqual(25);
    expect(invalid.vectors.length).toBeGreaterThanOrEqual(80);
    const ids = [...valid.vectors, ...invalid.vectors].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('name every code that only a chain can cause', () => {
    const named = new Set(invalid.vectors.map(({ code }) => code));
    for (const code of ['chain_invalid', 'chain_untrusted', 'leaf_expired']) expect(named).toContain(code);
  });
});

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ErrorCode, TrustBundle } from '@workload-identity/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type BundleSource,
  createBundleSource,
  createVerifier,
  type ProvenKey,
  type VerifiedIdentity,
  verifyNow,
} from './index.ts';

interface Setup {
  readonly now: number;
  readonly audiences: readonly string[];
  readonly leeway: number;
  readonly maxLifetime: number;
  readonly acceptRs256: boolean;
}

interface Vector {
  readonly id: string;
  readonly token: string;
  readonly overrides?: Partial<Setup> & { readonly provenKey?: ProvenKey };
}

interface VectorFile<V extends Vector> {
  readonly setup: Setup & { readonly bundle: string; readonly secrets: Readonly<Record<string, string>> };
  readonly vectors: readonly V[];
}

const require = createRequire(import.meta.url);
const read = <T>(name: string): T =>
  JSON.parse(readFileSync(require.resolve(`@workload-identity/contract/vectors/v1/${name}`), 'utf8')) as T;

const valid = read<VectorFile<Vector & { readonly expect: Partial<VerifiedIdentity> }>>('valid.json');
const invalid = read<VectorFile<Vector & { readonly code: ErrorCode }>>('invalid.json');

let source: BundleSource;

beforeAll(async () => {
  source = createBundleSource({
    bundle: read<TrustBundle>(valid.setup.bundle),
    readSecret: async (reference) => valid.setup.secrets[reference.env ?? ''] ?? '',
    pollInterval: 0,
  });
  await source.ready();
});

/** Verifies with one verifier at both doors: a token that was accepted comes out of the cache from the second time on. */
async function verify(
  file: VectorFile<Vector>,
  { token, overrides = {} }: Vector,
): Promise<VerifiedIdentity> {
  const { provenKey, ...changes } = overrides;
  const { now, audiences, leeway, maxLifetime, acceptRs256 } = { ...file.setup, ...changes };
  const clock = () => now * 1_000;
  const verifier = createVerifier({ bundle: source, audiences, leeway, maxLifetime, acceptRs256, clock });
  const options = provenKey === undefined ? {} : { provenKey };
  const [first] = await Promise.allSettled([verifier.verify(token, options)]);
  const [second] = await Promise.allSettled([verifier.verify(token, options)]);
  const [third] = await Promise.allSettled([(async () => verifyNow(verifier, token, options))()]);
  expect([second, third]).toEqual([first, first]);
  if (first.status === 'rejected') throw first.reason;
  return first.value;
}

describe('the frozen vectors of the contract', () => {
  it.each(valid.vectors)('$id is accepted', async (vector) => {
    expect(await verify(valid, vector)).toMatchObject(vector.expect);
  });

  it.each(invalid.vectors)('$id is refused with $code', async (vector) => {
    await expect(verify(invalid, vector)).rejects.toMatchObject({
      name: 'WorkloadIdentityError',
      code: vector.code,
    });
  });

  it('are refused without a word of the token', async () => {
    for (const vector of invalid.vectors) {
      const error = await verify(invalid, vector).catch((caught: unknown) => caught as Error);
      const text = `${(error as Error).message}\n${(error as Error).stack}`;
      for (const segment of vector.token.split('.').filter(({ length }) => length > 24)) {
        expect(text.includes(segment), vector.id).toBe(false);
      }
    }
  });
});

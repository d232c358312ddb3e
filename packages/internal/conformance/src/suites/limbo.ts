import { createPrivateKey, sign } from 'node:crypto';
import { isWorkloadIdentityError, WorkloadIdentityError } from '@workload-identity/contract';
import { importPublicKey } from '@workload-identity/core';
import { AnchorSet, type Certificate, type ChainProfile, validateChain } from '@workload-identity/x5c';
import { engine } from '../../../../library/core/src/engine/node.ts';
import type { Suite, Verdict } from '../suite.ts';
import { readVectors } from '../vectors.ts';

interface ChainCase {
  readonly id: string;
  readonly expect: 'SUCCESS' | 'FAILURE';
  readonly x5c: readonly string[];
  readonly anchors: readonly string[];
  readonly time: string | null;
  readonly eku: readonly string[];
  readonly leafKey: string | null;
}

// Where a case leaves the time open, every certificate of it is valid then.
const ANY_TIME = '2025-06-01T00:00:00Z';

/** RFC 5280 for leaves of TLS: the chain rules of this project without its profile of token leaves. */
function profileFor(usage: string): ChainProfile {
  return {
    maxCertificates: 10,
    checkIssuer: () => undefined,
    usageOf({ extensions }: Certificate): string {
      const usages = extensions.extendedKeyUsage?.value;
      if (usages?.includes(usage) !== false) return usage;
      throw new WorkloadIdentityError('chain_invalid', { detail: 'its extended key usage is another one' });
    },
  };
}

// An anchor that cannot be used is left out, as if it had not been configured.
function anchorsOf(texts: readonly string[]): AnchorSet {
  const anchors = new AnchorSet();
  for (const text of texts) {
    try {
      anchors.add(Buffer.from(text, 'base64'));
    } catch (error) {
      if (!isWorkloadIdentityError(error)) throw error;
    }
  }
  return anchors;
}

/** Signs a JWS with the key of the leaf and verifies it with the key that came out of the chain. */
async function verifies(leafKey: string, leaf: Certificate): Promise<boolean> {
  const { algorithm, jwk } = leaf.publicKey;
  const input = `${Buffer.from(JSON.stringify({ alg: algorithm })).toString('base64url')}.e30`;
  const signature = sign('sha256', Buffer.from(input), {
    key: createPrivateKey(leafKey),
    dsaEncoding: 'ieee-p1363',
  });
  const key = await importPublicKey(algorithm, jwk);
  return engine.verify(key, `${input}.${signature.toString('base64url')}`, input.length);
}

async function verdictOn(one: ChainCase): Promise<Verdict> {
  const chain = one.x5c.map((text) => Buffer.from(text, 'base64'));
  const now = Date.parse(one.time ?? ANY_TIME) / 1000;
  try {
    const { leaf } = validateChain(chain, anchorsOf(one.anchors), profileFor(one.eku[0] as string), now);
    if (one.leafKey === null) return 'accept';
    return (await verifies(one.leafKey, leaf)) ? 'accept' : 'refuse';
  } catch (error) {
    if (!isWorkloadIdentityError(error)) throw error;
    return 'refuse';
  }
}

interface LimboFile {
  readonly testcases: readonly { readonly id: string; readonly expected_result: 'SUCCESS' | 'FAILURE' }[];
}

const expectedOf = (result: 'SUCCESS' | 'FAILURE'): Verdict => (result === 'SUCCESS' ? 'accept' : 'refuse');
const readChains = (folder: string) => readVectors<readonly ChainCase[]>(folder, 'x509-limbo/x5c-cases.json');

/** C2SP/x509-limbo: the cases that an x5c verifier can be held to as they are. */
export function limbo(folder: string): Suite {
  return {
    name: 'x509-limbo',
    cases: () =>
      readChains(folder).map((one) => ({
        id: one.id,
        expected: expectedOf(one.expect),
        verdict: () => verdictOn(one),
      })),
  };
}

/** The other cases of x509-limbo. None is run: each needs its reason. */
export function limboRest(folder: string): Suite {
  return {
    name: 'x509-limbo, not in the form of x5c',
    cases() {
      const chains = new Set(readChains(folder).map(({ id }) => id));
      const { testcases } = readVectors<LimboFile>(folder, 'x509-limbo/limbo.json');
      return testcases
        .filter(({ id }) => !chains.has(id))
        .map(({ id, expected_result }) => ({
          id,
          expected: expectedOf(expected_result),
          verdict(): never {
            throw new Error(`${id} is skipped without a reason`);
          },
        }));
    },
  };
}

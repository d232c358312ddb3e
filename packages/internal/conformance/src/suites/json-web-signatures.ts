import {
  algorithmOf,
  isWorkloadIdentityError,
  readHeader,
  type TrustBundle,
} from '@workload-identity/contract';
import { createBundleSource, type TrustedKey } from '@workload-identity/core';
import { engine } from '../../../../library/core/src/engine/node.ts';
import { decodeSegment, fromBase64url } from '../../../../library/core/src/jws/base64url.ts';
import { decodePayload, splitToken } from '../../../../library/core/src/jws/compact.ts';
import { parseHeaderJson } from '../../../../library/core/src/jws/header-json.ts';
import type { Case, Suite, Verdict } from '../suite.ts';
import { readVectors } from '../vectors.ts';

type Jwk = Readonly<Record<string, string>>;
type KeySource = Jwk & { readonly keys?: readonly Jwk[] };

interface File {
  readonly testGroups: readonly {
    readonly comment: string;
    readonly public?: KeySource;
    readonly private?: KeySource;
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly jws?: unknown;
      readonly result: 'valid' | 'invalid';
    }[];
  }[];
}

type Key = Pick<TrustedKey, 'algorithm' | 'keyId' | 'key'>;

const SUBJECTS = ['spiffe://example.com/*'];
const ISSUER = 'https://issuer.example.com';

function bundleOf(jwk: Jwk): TrustBundle {
  const authority = { rung: 'asymmetric', issuer: ISSUER, keys: [jwk], subjects: SUBJECTS };
  return {
    version: 1,
    trustDomain: 'example.com',
    sequence: 1,
    authorities: [authority],
  } as unknown as TrustBundle;
}

/** Takes a public key in the way a verifier does: from a trust bundle. */
async function publicKey(jwk: Jwk): Promise<Key | undefined> {
  const source = createBundleSource({ bundle: bundleOf(jwk), pollInterval: 0 });
  await source.ready();
  const [key] = source.current().keys.values();
  source.close();
  return key;
}

// The secrets of the vectors are not random, for which a bundle would refuse them: the engine takes them as they are.
async function secretKey({ alg = '', k = '' }: Jwk): Promise<Key | undefined> {
  const algorithm = algorithmOf(alg);
  if (algorithm === undefined) return undefined;
  const key = await engine.importSecret(algorithm, fromBase64url(k));
  return { algorithm, keyId: 'A'.repeat(22), key };
}

/**
 * The steps of `verify` up to the signature, on the real code. Only `typ` and `kid` are put in place: those in the vectors
 * are not the contract's, whose readers would refuse every case for them.
 */
async function holds(jws: unknown, keys: ReadonlyMap<string | undefined, Key>): Promise<boolean> {
  if (typeof jws !== 'string') return false;
  const compact = splitToken(jws);
  const { token, signingInputLength } = compact;
  const header = parseHeaderJson(decodeSegment(compact.header) ?? '');
  decodePayload(compact);
  if (typeof header !== 'object' || header === null) return false;
  const named = (header as { kid?: string }).kid;
  const key = keys.size === 1 ? [...keys.values()][0] : keys.get(named);
  if (key === undefined) return false;
  const { algorithm } = readHeader({ ...header, typ: 'wid+jwt', kid: key.keyId });
  return algorithm === key.algorithm && (await engine.verify(key.key, token, signingInputLength));
}

/** The keys that are accepted, by the names the vectors give them. */
async function readKeys(source: KeySource): Promise<ReadonlyMap<string | undefined, Key>> {
  const keys = new Map<string | undefined, Key>();
  for (const jwk of source.keys ?? [source]) {
    try {
      const key = await (jwk.kty === 'oct' ? secretKey(jwk) : publicKey(jwk));
      if (key !== undefined) keys.set(jwk.kid, key);
    } catch (error) {
      if (!isWorkloadIdentityError(error)) throw error;
    }
  }
  return keys;
}

async function verdictOn(jws: unknown, source: KeySource): Promise<Verdict> {
  try {
    return (await holds(jws, await readKeys(source))) ? 'accept' : 'refuse';
  } catch (error) {
    if (isWorkloadIdentityError(error)) return 'refuse';
    throw error;
  }
}

/** C2SP/wycheproof: JSON Web Signatures, with keys as JWK. */
export function jsonWebSignatures(folder: string, name: string, file: string): Suite {
  return {
    name,
    cases: () =>
      readVectors<File>(folder, `wycheproof/${file}`).testGroups.flatMap((group) =>
        group.tests.map(
          (test): Case => ({
            id: `${group.comment}/${test.comment} ${test.tcId}`,
            expected: test.result === 'valid' ? 'accept' : 'refuse',
            verdict: () => verdictOn(test.jws, (group.public ?? group.private) as KeySource),
          }),
        ),
      ),
  };
}

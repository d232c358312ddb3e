import {
  type AsymmetricAuthority,
  type Authority,
  type Denied,
  type HmacAuthority,
  type HmacKeyReference,
  parseSubjectPattern,
  parseTrustDomain,
  type SecretReference,
  type SubjectPattern,
  type TrustBundle,
  type WorkloadId,
  WorkloadIdentityError,
} from '@workload-identity/contract';
import { engine } from '#engine';
import { HmacKey } from '../keys/hmac-key.ts';
import { thumbprint } from '../keys/thumbprint.ts';
import { keyFrom, type SecretReader } from './secret-reader.ts';
import type { Denials, TrustedAuthority, TrustedKey, TrustSnapshot } from './snapshot.ts';

type Key = Omit<TrustedKey, 'authorities'>;

function seconds(timestamp: string): number {
  return Date.parse(timestamp) / 1000;
}

/** Freezes a copy without a prototype: a member that was left out stays left out, whatever happens to `Object.prototype`. */
function bare<T extends object>(fields: T): T {
  return Object.freeze(Object.assign(Object.create(null), fields));
}

function trusted(authority: Authority): TrustedAuthority {
  return bare({
    rung: authority.rung,
    issuer: authority.issuer,
    subjects: authority.subjects.map(parseSubjectPattern),
    ...(authority.notAfter === undefined ? undefined : { notAfter: seconds(authority.notAfter) }),
    ...(authority.rung === 'ca' ? { anchors: authority.anchors } : undefined),
  });
}

function hmac(key: HmacKey): Key {
  const { rung, keyId, algorithm, verificationKey, audience } = key;
  return {
    rung,
    keyId,
    algorithm,
    key: verificationKey,
    ...(audience === undefined ? undefined : { audience }),
  };
}

async function hmacKeys(reference: HmacKeyReference, readSecret: SecretReader): Promise<readonly Key[]> {
  const text = await readSecret(reference.secret);
  const key = await keyFrom(reference.secret, () => HmacKey.parse(text, reference.alg, reference.audience));
  if (reference.deriveFor === undefined) return [hmac(key)];
  return Promise.all(reference.deriveFor.map(async (audience) => hmac(await key.forAudience(audience))));
}

async function asymmetricKey(jwk: AsymmetricAuthority['keys'][number]): Promise<Key> {
  const keyId = await thumbprint(jwk);
  return { rung: 'asymmetric', keyId, algorithm: jwk.alg, key: await engine.importPublicKey(jwk.alg, jwk) };
}

async function keysOf(authority: Authority, readSecret: SecretReader): Promise<readonly Key[]> {
  if (authority.rung === 'ca') return [];
  if (authority.rung === 'asymmetric') return Promise.all(authority.keys.map(asymmetricKey));
  return (
    await Promise.all((authority as HmacAuthority).keys.map((key) => hmacKeys(key, readSecret)))
  ).flat();
}

/** Adds a key. The same key in a second authority is one key with two authorities; with another algorithm it is an error. */
function addKey(keys: Map<string, TrustedKey>, key: Key, authority: TrustedAuthority): void {
  const known = keys.get(key.keyId);
  if (known !== undefined && (known.algorithm !== key.algorithm || known.audience !== key.audience)) {
    throw new WorkloadIdentityError('bundle_invalid', {
      detail: `the key ${key.keyId} stands in it twice, with different algorithms or audiences`,
    });
  }
  keys.set(key.keyId, bare({ ...key, authorities: [...(known?.authorities ?? []), authority] }));
}

function deny(denied: Denied = {}): Denials {
  const patterns: readonly SubjectPattern[] = (denied.subjects ?? []).map(parseSubjectPattern);
  return Object.freeze({
    keys: new Set(denied.keys),
    leaves: new Set(denied.leaves),
    tokens: new Set(denied.tokens),
    subject: (subject: WorkloadId) => patterns.some((pattern) => pattern.matches(subject)),
    issuedBefore: denied.issuedBefore === undefined ? 0 : seconds(denied.issuedBefore),
  });
}

/** The secrets a bundle refers to. */
export function secretReferences(bundle: TrustBundle): readonly SecretReference[] {
  return bundle.authorities.flatMap((authority) =>
    authority.rung === 'hmac' ? authority.keys.map((key) => key.secret) : [],
  );
}

/**
 * Makes a bundle ready: reads its secrets, imports its keys, parses its patterns.
 * @throws WorkloadIdentityError `secret_unavailable`, `key_invalid`, `bundle_invalid`
 */
export async function compileBundle(bundle: TrustBundle, readSecret: SecretReader): Promise<TrustSnapshot> {
  const keys = new Map<string, TrustedKey>();
  const certificateAuthorities: TrustedAuthority[] = [];
  for (const authority of bundle.authorities) {
    const ready = trusted(authority);
    if (authority.rung === 'ca') certificateAuthorities.push(ready);
    for (const key of await keysOf(authority, readSecret)) addKey(keys, key, ready);
  }
  return Object.freeze({
    trustDomain: parseTrustDomain(bundle.trustDomain),
    sequence: bundle.sequence,
    keys,
    certificateAuthorities,
    denied: deny(bundle.denied),
  });
}

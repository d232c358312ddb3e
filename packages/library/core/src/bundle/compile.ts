import {
  type AsymmetricAuthority,
  type Authority,
  type HmacAuthority,
  type HmacKeyReference,
  parseSubjectPattern,
  parseTrustDomain,
  type SecretReference,
  type TrustBundle,
  WorkloadIdentityError,
} from '@workload-identity/contract';
import { engine } from '#engine';
import { HmacKey } from '../keys/hmac-key.ts';
import { thumbprint } from '../keys/thumbprint.ts';
import { keyFrom, type SecretReader } from '../sources/read-secret.ts';
import { compileDenials } from './denials.ts';
import type { TrustedAuthority, TrustedKey, TrustSnapshot } from './snapshot.ts';

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
    ...(authority.rung === 'ca'
      ? { anchors: authority.anchors, services: new Set(authority.services) }
      : undefined),
  });
}

function hmac(key: HmacKey, root?: HmacKey): Key {
  const { rung, keyId, algorithm, verificationKey, audience } = key;
  return {
    rung,
    keyId,
    lineage: root === undefined ? [keyId] : [keyId, root.keyId],
    algorithm,
    key: verificationKey,
    ...(audience === undefined ? undefined : { audience }),
  };
}

async function hmacKeys(reference: HmacKeyReference, readSecret: SecretReader): Promise<readonly Key[]> {
  const text = await readSecret(reference.secret);
  const key = await keyFrom(reference.secret, () => HmacKey.parse(text, reference.alg, reference.audience));
  if (reference.deriveFor === undefined) return [hmac(key)];
  return Promise.all(reference.deriveFor.map(async (audience) => hmac(await key.forAudience(audience), key)));
}

async function asymmetricKey(jwk: AsymmetricAuthority['keys'][number]): Promise<Key> {
  const keyId = await thumbprint(jwk);
  const key = await engine.importPublicKey(jwk.alg, jwk);
  return { rung: 'asymmetric', keyId, lineage: [keyId], algorithm: jwk.alg, key };
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
  // In one authority it may be derived here, and handed out derived in another: a denial of the root denies both.
  const lineage = [...new Set([...(known?.lineage ?? []), ...key.lineage])];
  keys.set(key.keyId, bare({ ...key, lineage, authorities: [...(known?.authorities ?? []), authority] }));
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
    denied: compileDenials(bundle.denied),
  });
}

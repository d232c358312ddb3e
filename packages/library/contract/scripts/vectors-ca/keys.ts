import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import type { KeyPair } from '../../../../certificates/x5c/test/support/build.ts';
import type { VectorKey } from '../vectors/keys.ts';

const ec = (namedCurve: string): JsonWebKey =>
  generateKeyPairSync('ec', { namedCurve }).privateKey.export({ format: 'jwk' });
const rsa = (modulusLength: number): JsonWebKey =>
  generateKeyPairSync('rsa', { modulusLength }).privateKey.export({ format: 'jwk' });

const KINDS = {
  p256: { alg: 'ES256', generate: () => ec('P-256') },
  p384: { alg: 'ES384', generate: () => ec('P-384') },
  ed25519: {
    alg: 'Ed25519',
    generate: () => generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
  },
  rsa: { alg: 'PS256', generate: () => rsa(2_048) },
  rsa1024: { alg: 'PS256', generate: () => rsa(1_024) },
} as const;

/** Keys by name: those of authorities first, then those of leaves. */
const NAMES = {
  root: 'p256',
  'next-root': 'p256',
  'p384-root': 'p384',
  'ed25519-root': 'ed25519',
  'rsa-root': 'rsa',
  'expired-root': 'p256',
  'retired-root': 'p256',
  'unknown-root': 'p256',
  intermediate: 'p256',
  upper: 'p256',
  lower: 'p384',
  workload: 'p256',
  'workload-p384': 'p384',
  'workload-ed25519': 'ed25519',
  'workload-rsa': 'rsa',
  'workload-rsa-1024': 'rsa1024',
  other: 'p256',
  denied: 'p256',
  'denied-intermediate': 'p256',
  'denied-root': 'p256',
  'shared-root': 'p256',
  'renewed-root': 'p256',
} as const;

export type KeyName = keyof typeof NAMES;

/** A key as JWK, to sign tokens, and as an object, to certify and to certify with. */
export interface CaVectorKey extends VectorKey, KeyPair {}
export type CaKeys = Readonly<Record<KeyName, CaVectorKey>>;

/** Makes the keys; those in `before` stay what they are. */
export async function makeCaKeys(before: readonly VectorKey[]): Promise<CaKeys> {
  const keys: Record<string, CaVectorKey> = {};
  for (const [id, kind] of Object.entries(NAMES)) {
    const { alg, generate } = KINDS[kind];
    const jwk = before.find((key) => key.id === id)?.jwk ?? generate();
    const kid = await calculateJwkThumbprint(jwk as Parameters<typeof calculateJwkThumbprint>[0]);
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
    keys[id] = { id, alg, kid, jwk, privateKey, publicKey: createPublicKey(privateKey) };
  }
  return keys as CaKeys;
}

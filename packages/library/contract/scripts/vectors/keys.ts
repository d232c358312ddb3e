import { createHash, createHmac, generateKeyPairSync, hkdfSync, type JsonWebKey } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { CONTRACT } from '../../src/index.ts';

export const BILLING = 'spiffe://prod.example.com/billing';
export const LEDGER = 'spiffe://prod.example.com/ledger';

/** One key of the vectors: its JWK with the private part, the algorithm it is used with, and its identifier. */
export interface VectorKey {
  readonly id: string;
  readonly alg: string;
  readonly kid: string;
  readonly jwk: JsonWebKey;
}

const SHARED = {
  'shared-hs256': ['HS256', 32],
  'shared-hs384': ['HS384', 48],
  'shared-hs512': ['HS512', 64],
  minter: ['HS256', 32],
  'scoped-root': ['HS256', 32],
  'edge-root': ['HS256', 32],
  'lost-root': ['HS256', 32],
  'unknown-hs256': ['HS256', 32],
} as const;

const DERIVED = {
  'scoped-billing': ['scoped-root', BILLING],
  'scoped-ledger': ['scoped-root', LEDGER],
  'scoped-unlisted': ['scoped-root', 'spiffe://prod.example.com/unlisted'],
  'edge-billing': ['edge-root', BILLING],
  'scoped-lost': ['lost-root', BILLING],
} as const;

const PAIRS = {
  'orders-es256': 'ES256',
  'orders-es384': 'ES384',
  'orders-ed25519': 'Ed25519',
  'orders-ps256': 'PS256',
  'orders-rs256': 'RS256',
  'sts-es256': 'ES256',
  'retired-es256': 'ES256',
  'denied-es256': 'ES256',
  'suspended-es256': 'ES256',
  'unknown-es256': 'ES256',
  'unknown-ed25519': 'Ed25519',
  presenter: 'ES256',
} as const;

export type KeyName = keyof typeof SHARED | keyof typeof DERIVED | keyof typeof PAIRS;
export type Keys = Readonly<Record<KeyName, VectorKey>>;

function symmetric(id: string, alg: string, secret: Uint8Array): VectorKey {
  const kid = createHmac('sha256', secret)
    .update(CONTRACT.keyIdLabel)
    .digest()
    .subarray(0, 16)
    .toString('base64url');
  return { id, alg, kid, jwk: { kty: 'oct', k: Buffer.from(secret).toString('base64url') } };
}

function generate(alg: string): JsonWebKey {
  switch (alg) {
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    case 'ES384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ format: 'jwk' });
    case 'Ed25519':
      return generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    default:
      return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  }
}

/** Makes the keys. Secrets follow from their names; key pairs are taken from `before` where it has them. */
export async function makeKeys(before: readonly VectorKey[]): Promise<Keys> {
  const keys: Record<string, VectorKey> = {};
  for (const [id, [alg, length]] of Object.entries(SHARED)) {
    const secret = createHash('sha512').update(`workload-identity test vector, not a secret: ${id}`).digest();
    keys[id] = symmetric(id, alg, secret.subarray(0, length));
  }
  for (const [id, [root, audience]] of Object.entries(DERIVED)) {
    const secret = Buffer.from(keys[root]?.jwk.k ?? '', 'base64url');
    const info = Buffer.from(`${CONTRACT.audienceKeyLabel}\0${audience}`);
    keys[id] = symmetric(id, 'HS256', new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), info, 32)));
  }
  for (const [id, alg] of Object.entries(PAIRS)) {
    const jwk = before.find((key) => key.id === id)?.jwk ?? generate(alg);
    const kid = await calculateJwkThumbprint(jwk as Parameters<typeof calculateJwkThumbprint>[0]);
    keys[id] = { id, alg, kid, jwk };
  }
  return keys as Keys;
}

const PUBLIC = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const;

/** The public half, as a trust bundle writes it. */
export function publicJwk(key: VectorKey): JsonWebKey {
  const members = PUBLIC.flatMap((name) =>
    key.jwk[name] === undefined ? [] : [[name, key.jwk[name]] as const],
  );
  return { ...Object.fromEntries(members), alg: key.alg, use: 'sig' };
}

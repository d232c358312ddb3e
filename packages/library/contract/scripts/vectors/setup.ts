import type { TrustBundle } from '../../src/index.ts';
import { BILLING, type Keys, LEDGER, publicJwk, type VectorKey } from './keys.ts';
import { tokenOf } from './sign.ts';

/** 2026-01-01T00:00:00Z. */
export const NOW = 1_767_225_600;
export const DOMAIN = 'spiffe://prod.example.com';
export const ORDERS = `${DOMAIN}/orders`;
export const MINTER = `${DOMAIN}/platform/minter`;
export const STS = 'https://sts.example.com';
export const SUSPENDED = 'https://suspended.example.com';
export const DENIED_TOKEN = 'wid-vector-1.denied-token';

/** Where the secrets of the bundle are: in the vector files, by the name of the environment variable. */
export const SECRETS = {
  WID_VECTOR_SHARED_HS256: 'shared-hs256',
  WID_VECTOR_SHARED_HS384: 'shared-hs384',
  WID_VECTOR_SHARED_HS512: 'shared-hs512',
  WID_VECTOR_MINTER: 'minter',
  WID_VECTOR_SCOPED_ROOT: 'scoped-root',
  WID_VECTOR_EDGE_BILLING: 'edge-billing',
  WID_VECTOR_LOST_ROOT: 'lost-root',
} as const;

/** What every verifier is set up with, unless a vector overrides it. */
export interface Setup {
  readonly now: number;
  readonly audiences: readonly string[];
  readonly leeway: number;
  readonly maxLifetime: number;
  readonly acceptRs256: boolean;
}

export const SETUP: Setup = {
  now: NOW,
  audiences: [BILLING, 'https://billing.example.com'],
  leeway: 10,
  maxLifetime: 3_600,
  acceptRs256: false,
};

/** What one vector changes. */
export type Overrides = Partial<Setup> & {
  readonly provenKey?: { readonly jkt: string } | { readonly 'x5t#S256': string };
};

export function makeBundle(keys: Keys): TrustBundle {
  const jwk = (key: VectorKey) => publicJwk(key) as never;
  return {
    version: 1,
    trustDomain: 'prod.example.com',
    sequence: 1,
    refreshHint: 300,
    authorities: [
      {
        rung: 'hmac',
        issuer: 'self',
        subjects: [`${DOMAIN}/*`],
        keys: [
          { secret: { env: 'WID_VECTOR_SHARED_HS256' } },
          { secret: { env: 'WID_VECTOR_SHARED_HS384' }, alg: 'HS384' },
          { secret: { env: 'WID_VECTOR_SHARED_HS512' }, alg: 'HS512' },
        ],
      },
      {
        rung: 'hmac',
        issuer: MINTER,
        subjects: [ORDERS, `${DOMAIN}/jobs/*`],
        keys: [
          { secret: { env: 'WID_VECTOR_MINTER' }, alg: 'HS256' },
          { secret: { env: 'WID_VECTOR_SCOPED_ROOT' }, deriveFor: [BILLING, LEDGER] },
          { secret: { env: 'WID_VECTOR_EDGE_BILLING' }, audience: BILLING },
          { secret: { env: 'WID_VECTOR_LOST_ROOT' }, deriveFor: [BILLING] },
        ],
      },
      {
        rung: 'asymmetric',
        issuer: ORDERS,
        subjects: [ORDERS, `${ORDERS}/*`],
        keys: [
          jwk(keys['orders-es256']),
          jwk(keys['orders-es384']),
          jwk(keys['orders-ed25519']),
          jwk(keys['orders-ps256']),
          jwk(keys['orders-rs256']),
        ],
      },
      {
        rung: 'asymmetric',
        issuer: STS,
        subjects: [`${DOMAIN}/ci/*`, ORDERS],
        keys: [jwk(keys['sts-es256'])],
      },
      {
        rung: 'asymmetric',
        issuer: `${DOMAIN}/retired-minter`,
        subjects: [`${DOMAIN}/*`],
        keys: [jwk(keys['retired-es256'])],
        notAfter: '2025-12-31T23:50:00Z',
      },
      {
        rung: 'asymmetric',
        issuer: `${DOMAIN}/lost`,
        subjects: [`${DOMAIN}/*`],
        keys: [jwk(keys['denied-es256'])],
      },
      {
        rung: 'asymmetric',
        issuer: SUSPENDED,
        subjects: [`${DOMAIN}/*`],
        keys: [jwk(keys['suspended-es256'])],
      },
    ],
    denied: {
      keys: [keys['denied-es256'].kid, keys['lost-root'].kid],
      tokens: [DENIED_TOKEN],
      subjects: [`${DOMAIN}/compromised`, `${DOMAIN}/decommissioned/*`, SUSPENDED],
      issuedBefore: '2025-12-31T23:30:00Z',
    },
  };
}

export type Json = Readonly<Record<string, unknown>>;

/** Removes what is set to undefined. */
function compact(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined));
}

export function headerOf(key: VectorKey, changes: Json = {}): Json {
  return compact({ typ: 'wid+jwt', alg: key.alg, kid: key.kid, ...changes });
}

/** Claims that are right for the shared key; `changes` set to undefined take a claim out. */
export function claimsOf(id: string, changes: Json = {}): Json {
  return compact({
    ver: 1,
    iss: ORDERS,
    sub: ORDERS,
    aud: BILLING,
    iat: NOW - 60,
    exp: NOW + 240,
    jti: `wid-vector-1.${id}`,
    ...changes,
  });
}

/** A token that is right in everything but the given changes, correctly signed. */
export function mint(id: string, key: VectorKey, claims: Json = {}, header: Json = {}): string {
  return tokenOf(JSON.stringify(headerOf(key, header)), JSON.stringify(claimsOf(id, claims)), key);
}

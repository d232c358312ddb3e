import type { Denied, TrustBundle } from '@workload-identity/contract';
import { CANARIES } from '../documents/canary.ts';
import type { Palette } from '../documents/mutate.ts';
import type { Random } from '../random.ts';
import { CA_EXTENSIONS, certify } from '../world/certificates.ts';
import { pairKey, secretKey } from '../world/keys.ts';
import {
  BILLING,
  DENIED,
  EVERYONE,
  ORDERS,
  OTHER_DOMAIN,
  SHIPPING,
  STS,
  TRUST_DOMAIN,
} from '../world/names.ts';

const jwk = (
  alg: 'ES256' | 'ES384' | 'Ed25519' | 'PS256' | 'RS256',
  label = 'bundle',
): Readonly<Record<string, string>> =>
  pairKey(alg, alg.startsWith('PS') ? '0' : alg.startsWith('RS') ? '1' : label).jwk;

const root = certify({ subject: 'Root', key: pairKey('ES256', 'bundle root'), extensions: CA_EXTENSIONS });
const other = certify({ subject: 'Other', key: pairKey('ES384', 'bundle other'), extensions: CA_EXTENSIONS });
const noCa = certify({ subject: 'No CA', key: pairKey('ES256', 'bundle no ca'), extensions: [] });

/** The variables a bundle may refer to, and the secret that is in each, spelled in a way of its own. */
export const SECRETS: ReadonlyMap<string, string> = new Map([
  ['ONE', secretKey('HS256', 'bundle one').secret.toString('base64')],
  ['TWO', secretKey('HS512', 'bundle two').secret.toString('base64url')],
  ['THREE', ` ${secretKey('HS384', 'bundle three').secret.toString('base64')}\n`],
  ['SHORT', Buffer.from('too short').toString('base64')],
  ['HEX', 'ab12'.repeat(16)],
  ['PEM', CANARIES.find(({ name }) => name === 'PEM')?.value as string],
  ['JWK', CANARIES.find(({ name }) => name === 'a JWK as text')?.value as string],
  ['PADDED', `${secretKey('HS256', 'bundle padded').secret.toString('base64')}=`],
  ['ZERO', Buffer.alloc(32).toString('base64')],
]);

const authorities: TrustBundle['authorities'] = [
  {
    rung: 'hmac',
    issuer: 'self',
    subjects: EVERYONE,
    keys: [{ secret: { env: 'ONE' } }, { secret: { env: 'TWO' }, alg: 'HS512' }],
  },
  {
    rung: 'hmac',
    issuer: STS,
    subjects: [ORDERS],
    notAfter: '2030-01-01T00:00:00Z',
    keys: [{ secret: { env: 'THREE' }, deriveFor: [BILLING, SHIPPING] }],
  },
  { rung: 'hmac', issuer: 'self', subjects: EVERYONE, keys: [{ secret: { env: 'TWO' }, audience: BILLING }] },
  {
    rung: 'asymmetric',
    issuer: STS,
    subjects: EVERYONE,
    keys: [jwk('ES256'), jwk('ES384'), jwk('Ed25519')] as never,
  },
  {
    rung: 'asymmetric',
    issuer: ORDERS,
    subjects: [ORDERS, `${ORDERS}/*`],
    keys: [
      jwk('PS256'),
      jwk('RS256'),
      { ...jwk('ES256'), use: 'sig', kid: 'a', key_ops: ['verify'] },
    ] as never,
  },
  { rung: 'ca', issuer: 'certificate', subjects: EVERYONE, services: [STS], anchors: [root.pem, other.pem] },
];

const denied: Denied = {
  keys: [pairKey('ES256', 'x').kid, secretKey('HS256', 'x').kid],
  tokens: ['token-0123456789'],
  subjects: [DENIED, `spiffe://${TRUST_DOMAIN}/denied/*`],
  issuedBefore: '2026-01-31T00:00:00Z',
};

/** A bundle that is good, with some of all there can be. */
export function documentOf(random: Random): TrustBundle {
  const some = authorities.filter(() => random.chance(0.6));
  return {
    version: 1,
    trustDomain: TRUST_DOMAIN,
    sequence: random.int(10),
    ...(random.chance(0.3) ? { refreshHint: 60 } : undefined),
    authorities: some,
    ...(random.chance(0.5) ? { denied } : undefined),
  };
}

/** What bundles are changed with. */
export const PALETTE: Palette = {
  names: [
    'version',
    'trustDomain',
    'sequence',
    'refreshHint',
    'authorities',
    'denied',
    'rung',
    'issuer',
    'subjects',
    'notAfter',
    'keys',
    'anchors',
    'services',
    'secret',
    'env',
    'file',
    'alg',
    'audience',
    'deriveFor',
    'kty',
    'crv',
    'x',
    'y',
    'n',
    'e',
    'd',
    'k',
    'kid',
    'use',
    'key_ops',
    'ext',
    'tokens',
    'issuedBefore',
    'leaves',
    '__proto__',
    'x5c',
    'jku',
  ],
  texts: [
    'hmac',
    'asymmetric',
    'ca',
    'self',
    'certificate',
    TRUST_DOMAIN,
    'other.example.com',
    ORDERS,
    OTHER_DOMAIN,
    STS,
    ...EVERYONE,
    `spiffe://${TRUST_DOMAIN}`,
    `${ORDERS}/`,
    'HS256',
    'HS384',
    'ES256',
    'PS256',
    'EdDSA',
    'Ed25519',
    'none',
    'ONE',
    'SHORT',
    'HEX',
    'PEM',
    'JWK',
    'PADDED',
    'ZERO',
    'NOBODY_SET_THIS',
    'P-256',
    'P-384',
    'AQAB',
    'AAEAAQ',
    'Aw',
    jwk('ES256', 'another')['x'] as string,
    jwk('ES384')['x'] as string,
    'A'.repeat(43),
    'A'.repeat(64),
    `${'A'.repeat(42)}B`,
    root.pem,
    noCa.pem,
    `${root.pem}${other.pem}`,
    root.pem.replaceAll('\n', '\r\n'),
    root.pem.trim(),
    ` ${root.pem}`,
    root.pem.replace('A', 'B'),
    '2026-02-30T00:00:00Z',
    '2026-02-28T00:00:00Z',
    '2028-02-29T23:59:59.999Z',
    '2026-01-01',
    '2026-01-01T00:00:00+01:00',
    '2026-13-01T00:00:00Z',
    '9999-12-31T23:59:60Z',
  ],
};

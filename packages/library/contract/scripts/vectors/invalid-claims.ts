import { type Keys, publicJwk } from './keys.ts';
import { claimsOf, DOMAIN, headerOf, type Json, mint, NOW, ORDERS, STS } from './setup.ts';
import { tokenOf } from './sign.ts';
import type { Add } from './vector.ts';

/** Payloads that are strict JSON and break the contract. Each claim is wrong in one way. */
export function claimVectors(keys: Keys, add: Add): void {
  const shared = keys['shared-hs256'];
  const bad = (id: string, comment: string, changes: Json) =>
    add(`claims-${id}`, 'claims_invalid', comment, mint(`claims-${id}`, shared, changes));
  const raw = (id: string, comment: string, payload: string) =>
    add(
      `claims-${id}`,
      'claims_invalid',
      comment,
      tokenOf(JSON.stringify(headerOf(shared)), payload, shared),
    );

  for (const text of ['[]', '"text"', '1', 'null', 'true'])
    raw(`payload-${text.replace(/\W/g, '') || 'array'}`, `The payload is JSON but no object: ${text}`, text);
  for (const name of ['ver', 'iss', 'sub', 'aud', 'iat', 'exp', 'jti'])
    bad(`${name}-missing`, `${name} is missing`, { [name]: undefined });
  for (const [name, values] of Object.entries(WRONG)) {
    for (const [what, value] of Object.entries(values))
      bad(`${name}-${what}`, `${name}: ${what}`, { [name]: value });
  }
  const number = (id: string, name: string, literal: string) =>
    raw(
      id,
      `${name}: ${literal}`,
      JSON.stringify(claimsOf(`claims-${id}`)).replace(new RegExp(`"${name}":[^,]+`), `"${name}":${literal}`),
    );
  number('exp-infinite', 'exp', '1e400');
  number('exp-negative-zero', 'exp', '-0');
  number('iat-negative-infinite', 'iat', '-1e400');
  bad('cnf-private-key', 'cnf.jwk with its private part', {
    cnf: { jwk: { ...publicJwk(keys.presenter), d: keys.presenter.jwk.d } },
  });

  add('ver-2', 'version_unsupported', 'The next version', mint('ver-2', shared, { ver: 2 }));
  add('ver-0', 'version_unsupported', 'A version before the first', mint('ver-0', shared, { ver: 0 }));
}

const actor = (depth: number): Json => ({
  sub: `${DOMAIN}/a`,
  ...(depth > 1 ? { act: actor(depth - 1) } : {}),
});

const IDENTIFIERS = {
  array: [ORDERS],
  object: { 0: ORDERS },
  number: 7,
  null: null,
  empty: '',
  'no-path': DOMAIN,
  'empty-path': `${DOMAIN}/`,
  'trailing-slash': `${ORDERS}/`,
  'empty-segment': `${DOMAIN}//orders`,
  dot: `${DOMAIN}/./orders`,
  'dot-dot': `${DOMAIN}/billing/../orders`,
  percent: `${DOMAIN}/%6frders`,
  'upper-domain': 'spiffe://PROD.example.com/orders',
  'upper-scheme': 'SPIFFE://prod.example.com/orders',
  port: 'spiffe://prod.example.com:8443/orders',
  userinfo: 'spiffe://user@prod.example.com/orders',
  query: `${ORDERS}?a`,
  fragment: `${ORDERS}#a`,
  space: `${ORDERS} `,
  newline: `${ORDERS}\n`,
  nul: `${ORDERS}\0`,
  unicode: `${DOMAIN}/örders`,
  homoglyph: `${DOMAIN}/оrders`,
  backslash: `${DOMAIN}\\orders`,
  star: `${DOMAIN}/*`,
  long: `${DOMAIN}/${'a'.repeat(2_049 - DOMAIN.length - 1)}`,
};

/** A claim with a value of the wrong form, by what is wrong with it. */
const WRONG: Readonly<Record<string, Json>> = {
  ver: { text: '1', null: null, fraction: 1.5 },
  iss: {
    ...IDENTIFIERS,
    http: 'http://sts.example.com',
    'url-userinfo': 'https://sts.example.com@evil.example',
    'url-slash': `${STS}/`,
    'url-query': `${STS}?a`,
    'url-fragment': `${STS}#a`,
    'url-upper': 'https://STS.example.com',
    'url-dot-dot': `${STS}/a/../b`,
  },
  sub: { ...IDENTIFIERS, 'other-scheme': 'https://prod.example.com/orders' },
  aud: {
    'empty-list': [],
    'list-of-null': [null],
    'list-with-number': [`${DOMAIN}/billing`, 1],
    nine: Array.from({ length: 9 }, (_, at) => (at === 0 ? `${DOMAIN}/billing` : `${DOMAIN}/service-${at}`)),
    empty: '',
    null: null,
    number: 1,
    object: { 0: `${DOMAIN}/billing` },
    space: 'two words',
    unicode: 'https://billing.example.com/ä',
    long: `https://${'a'.repeat(2_041)}`,
  },
  iat: { text: String(NOW - 60), fraction: NOW - 60.5, negative: -1, null: null, array: [NOW] },
  exp: {
    text: '1e9',
    fraction: NOW + 240.5,
    negative: -1,
    null: null,
    object: {},
    'year-10000': 253_402_300_800,
    'before-iat': NOW - 61,
    'equals-iat': NOW - 60,
  },
  nbf: {
    text: String(NOW),
    null: null,
    fraction: NOW - 0.5,
    'equals-exp': NOW + 240,
    'after-exp': NOW + 241,
  },
  jti: {
    short: 'a'.repeat(15),
    long: 'a'.repeat(129),
    number: 1,
    null: null,
    slash: 'wid-vector-1/slash',
    unicode: 'wid-vector-1.ünicode',
  },
  roles: {
    text: 'admin',
    null: null,
    object: {},
    'thirty-three': Array.from({ length: 33 }, (_, at) => `role-${at}`),
    upper: ['Admin'],
    space: ['admin reader'],
    'empty-name': [''],
    'long-name': ['a'.repeat(65)],
    'null-name': [null],
    nested: [['admin']],
  },
  cnf: {
    empty: {},
    null: null,
    text: 'A'.repeat(43),
    array: [],
    two: { jkt: 'A'.repeat(43), 'x5t#S256': 'A'.repeat(43) },
    unknown: { kid: 'A'.repeat(43) },
    'jkt-short': { jkt: 'A'.repeat(42) },
    'jkt-bits': { jkt: `${'A'.repeat(42)}B` },
    'jkt-null': { jkt: null },
    'jwk-symmetric': { jwk: { kty: 'oct', k: 'A'.repeat(43) } },
    'jwk-no-type': { jwk: { x: 'AA', y: 'AA', crv: 'P-256' } },
    'jwk-incomplete': { jwk: { kty: 'EC', crv: 'P-256', x: 'AA' } },
    jwe: { jwe: 'eyJhbGciOiJSU0EtT0FFUCJ9.AA.AA.AA.AA' },
    jku: { jku: 'https://keys.example.com/jwks.json', kid: 'a' },
    'jkt-and-jwe': { jkt: 'A'.repeat(43), jwe: 'eyJhbGciOiJSU0EtT0FFUCJ9.AA.AA.AA.AA' },
    'jkt-and-jku': { jkt: 'A'.repeat(43), jku: 'https://keys.example.com/jwks.json' },
    'x5t-and-jwk-null': { 'x5t#S256': 'A'.repeat(43), jwk: null },
  },
  act: {
    text: `${DOMAIN}/gateway`,
    null: null,
    array: [],
    empty: {},
    'five-deep': actor(5),
    'sub-number': { sub: 1 },
    'iss-text': { sub: `${DOMAIN}/gateway`, iss: 'gateway' },
    'inner-empty': { sub: `${DOMAIN}/gateway`, act: {} },
  },
  txn: { empty: '', space: 'a b', number: 1, null: null, long: 'a'.repeat(257) },
  att: {
    text: 'kubernetes',
    null: null,
    empty: {},
    'no-subject': { method: 'kubernetes', issuer: 'a' },
    'method-upper': { method: 'Kubernetes', issuer: 'a', subject: 'b' },
    'issuer-number': { method: 'kubernetes', issuer: 1, subject: 'b' },
  },
  ext: {
    array: [],
    text: '{}',
    null: null,
    number: 1,
    'bytes-4097': { pad: 'p'.repeat(4_087) },
    'bytes-in-utf-8': { pad: '€'.repeat(1_363) },
  },
};

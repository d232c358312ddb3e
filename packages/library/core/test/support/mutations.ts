import type { Reason } from './differences.ts';
import { BILLING, NOW, ORDERS, SHIPPING } from './names.ts';
import type { Signing } from './signing.ts';
import { type Json, segments, signRaw } from './tokens.ts';

/** Numbers from 0 to 1, the same in every run of a test. */
export type Random = () => number;

export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

/** A token before it is written. */
export interface Draft {
  readonly header: Json;
  readonly claims: Json;
  readonly signing: Signing;
  /** Keys of other tokens, to be confused with. */
  readonly others: readonly Signing[];
  /** The JSON texts, where a change cannot be written otherwise. */
  headerText: (json: string) => string;
  payloadText: (json: string) => string;
  token: (token: string) => string;
}

/** Breaks a draft, or changes it in a way that should not matter; the reasons a stricter verifier may have to refuse it. */
export type Mutation = (draft: Draft, random: Random) => readonly Reason[];

const set =
  (part: 'header' | 'claims', name: string, values: readonly unknown[], ...reasons: Reason[]): Mutation =>
  (draft, random) => {
    draft[part][name] = pick(random, values);
    return reasons;
  };

const time =
  (name: string, low: number, high: number, ...reasons: Reason[]): Mutation =>
  (draft, random) => {
    draft.claims[name] = NOW + Math.round(low + random() * (high - low));
    return reasons;
  };

const insert =
  (part: 'headerText' | 'payloadText', members: readonly string[], ...reasons: Reason[]): Mutation =>
  (draft, random) => {
    const member = pick(random, members);
    draft[part] = (json) => `${json.slice(0, -1)},${member}}`;
    return reasons;
  };

const respell =
  (change: (token: string, random: Random) => string): Mutation =>
  (draft, random) => {
    draft.token = (token) => change(token, random);
    return ['spelling'];
  };

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });

/** Changes of the header; the signature covers them. */
export const HEADER_MUTATIONS: readonly Mutation[] = [
  set('header', 'typ', ['JWT', 'at+jwt', undefined, '', 1, null, 'wid+jwt;x', ['wid+jwt']]),
  set('header', 'typ', ['WID+JWT', 'application/wid+jwt', 'Wid+Jwt'], 'type'),
  set('header', 'alg', [
    'none',
    'HS256',
    'HS384',
    'ES256',
    'RS256',
    'PS256',
    'EdDSA',
    'Ed25519',
    'hs256',
    '',
    undefined,
    null,
    1,
  ]),
  set('header', 'kid', ['', 'x', undefined, null, 1, '../../x', 'A'.repeat(23)], 'kid'),
  set('header', 'kid', ['A'.repeat(22), 'A'.repeat(43)], 'stranger'),
  (draft, random) => {
    draft.header['kid'] = pick(random, draft.others).kid;
    return ['other', 'twin'];
  },
  (draft, random) => {
    const name = pick(random, [
      'jwk',
      'jku',
      'x5u',
      'x5t',
      'x5t#S256',
      'zip',
      'enc',
      'epk',
      'p2c',
      'p2s',
      'b64',
      'x5c',
    ]);
    draft.header[name] = pick(random, ['x', 1, true, null, {}, []]);
    return ['header'];
  },
  set('header', 'crit', [[], ['exp'], ['b64'], 'x', ['x', 'x'], null, 1], 'header'),
  set('header', 'cty', ['JWT', 'x']),
  set('header', 'unknown', ['x', 1, { a: [1] }, null, 'ü']),
  set('header', 'unknown', [deep(8), deep(20)], 'text'),
  insert(
    'headerText',
    ['"alg":"none"', '"typ":"JWT"', '"unknown":1,"unknown":2', '"typ":"wid+jwt"'],
    'repeated',
  ),
  insert('headerText', ['"u":"\\ud800"', '"\\udc00":1'], 'text'),
];

/** Changes of the payload; the signature covers them. */
export const PAYLOAD_MUTATIONS: readonly Mutation[] = [
  set(
    'claims',
    'aud',
    [ORDERS, `${BILLING}/`, BILLING.toUpperCase(), '', null, 1, [], [ORDERS], ['x', 'y'], {}, undefined],
    'form',
    'required',
  ),
  set('claims', 'aud', [[BILLING], [ORDERS, BILLING], [BILLING, 'x', 'y']]),
  set(
    'claims',
    'aud',
    [
      [BILLING, 1],
      [BILLING, ''],
      [BILLING, ...'abcdefgh'],
      [BILLING, null],
    ],
    'form',
  ),
  time('exp', -30, 30, 'range'),
  time('exp', 3_500, 3_700, 'lifetime'),
  time('exp', -10_000, 10_000, 'range', 'lifetime'),
  time('iat', -3_600, 30, 'future', 'lifetime'),
  time('iat', 0, 400, 'future', 'range'),
  time('nbf', -1_000, 280),
  time('nbf', 250, 400, 'range'),
  set('claims', 'exp', [NOW + 100.5, NOW + 0.25], 'fraction'),
  set('claims', 'iat', [NOW - 0.5, NOW - 100.1], 'fraction'),
  set('claims', 'nbf', [NOW - 0.5, NOW + 5.5, -1, -1e9], 'fraction', 'range'),
  set('claims', 'exp', [`${NOW + 100}`, null, true, {}, [], 1e12, 2 ** 60], 'form', 'range'),
  set('claims', 'iat', [`${NOW}`, null, true, [], -5], 'form', 'range'),
  (draft, random) => {
    draft.claims[pick(random, ['ver', 'iss', 'sub', 'iat', 'exp', 'jti'])] = undefined;
    return ['required'];
  },
  (draft, random) => {
    draft.claims[pick(random, ['iss', 'sub', 'jti', 'roles', 'act', 'txn', 'att', 'ext', 'ver'])] = pick(
      random,
      [1, null, '', [1], { a: 1 }, 'a b'],
    );
    return ['form', 'version'];
  },
  set('claims', 'ver', [0, 2, 3, -1], 'version'),
  set('claims', 'iss', [SHIPPING, 'https://other.example.com'], 'issuer'),
  set('claims', 'sub', ['spiffe://other.example.com/x', SHIPPING], 'subject', 'issuer'),
  set('claims', 'sub', ['orders', `${ORDERS}/`, `${ORDERS}/..`, 'SPIFFE://x/y'], 'form'),
  set('claims', 'cnf', [{ jkt: 'A'.repeat(43) }, { 'x5t#S256': 'A'.repeat(43) }], 'bound'),
  set('claims', 'cnf', [{}, { jkt: 'x' }, null, 'x'], 'form'),
  set('claims', 'roles', [['reader'], [], ['a', 'b.c:d_e-f']]),
  set('claims', 'ext', [{}, { a: { b: [1, null] } }, { 'ü"\\': '😀' }]),
  set('claims', 'ext', [deep(8), deep(30)], 'text'),
  set('claims', 'ext', [{ a: 'x'.repeat(4_100) }], 'form'),
  set('claims', 'unknown', [1, 'x', { a: 1 }, null]),
  set('claims', 'unknown', ['x'.repeat(13_000)], 'size'),
  insert(
    'payloadText',
    ['"sub":"x"', `"iss":"${ORDERS}"`, '"aud":"x"', '"u":1,"u":1', '"\\u0065xp":1', `"ver":1`],
    'repeated',
  ),
  insert('payloadText', ['"u":"\\ud800"', '"\\udfff":1', '"ext":{"a":"\\ud83d"}'], 'text'),
  (draft, random) => {
    draft.payloadText = pick(random, [
      (json: string) => `${json} `,
      (json: string) => ` \n${json}`,
      (json: string) => json.replaceAll(',', ' ,\t'),
      (json: string) => json.slice(0, -1),
      (json: string) => `${json}{}`,
      (json: string) => `[${json}]`,
      (json: string) => JSON.stringify(json),
      (json: string) => json.replace('{', '{,'),
      (json: string) => json.replaceAll('"', "'"),
      (json: string) => `\u{feff}${json}`,
      () => 'null',
      () => '',
    ]);
    return ['form', 'text'];
  },
];

function editSegment(token: string, random: Random, edit: (segment: string) => string): string {
  const parts = segments(token);
  const at = Math.floor(random() * 3);
  return parts.with(at, edit(parts[at] as string)).join('.');
}

/** Changes of the written token; the signature does not cover them. */
export const TOKEN_MUTATIONS: readonly Mutation[] = [
  respell((token, random) => {
    const at = Math.floor(random() * token.length);
    return token.slice(0, at) + pick(random, [...ALPHABET]) + token.slice(at + 1);
  }),
  respell((token, random) => {
    const at = Math.floor(random() * token.length);
    return (
      token.slice(0, at) +
      pick(random, [...ALPHABET, '=', '.', ' ', '\n', '+', '/', '\0', 'ü']) +
      token.slice(at)
    );
  }),
  respell((token, random) => token.slice(0, Math.floor(random() * token.length))),
  respell((token, random) =>
    editSegment(token, random, (part) => `${part}${pick(random, ['=', '==', '\n', ' ', 'A', 'AA'])}`),
  ),
  respell((token, random) => editSegment(token, random, () => '')),
  respell((token, random) =>
    editSegment(token, random, (part) => part.slice(0, -1) + pick(random, [...ALPHABET])),
  ),
  respell((token, random) =>
    editSegment(token, random, (part) => part.replaceAll('-', '+').replaceAll('_', '/')),
  ),
  respell((token) => segments(token).reverse().join('.')),
  respell((token, random) => token + pick(random, ['.', '.A', '.A.B', ' ', '\n', ',', `.${token}`])),
  respell((token, random) => pick(random, [' ', 'Bearer ', '.', '"']) + token),
  respell((token) => segments(token).slice(0, 2).join('.').concat('.')),
  (draft, random) => {
    const other = pick(random, draft.others);
    draft.token = (token) => {
      const input = segments(token).slice(0, 2).join('.');
      return `${input}.${other.sign(input).toString('base64url')}`;
    };
    return [];
  },
];

/** Writes a draft down. */
export function write(draft: Draft): string {
  const header = draft.headerText(JSON.stringify(draft.header));
  const payload = draft.payloadText(JSON.stringify(draft.claims));
  return draft.token(signRaw(draft.signing, header, payload));
}

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isWorkloadIdentityError,
  parseSubjectPattern,
  parseTrustDomain,
  parseWorkloadId,
  readClaims,
  readHeader,
} from './index.ts';
import {
  claimsSchema,
  headerSchema,
  parseTrustBundle,
  subjectPatternSchema,
  workloadIdSchema,
} from './schemas.ts';

const RUNS = 3_000;

/** Whether a reader accepts a value. Any error but the one of this project fails the test. */
function accepts(read: (value: never) => unknown, value: unknown): boolean {
  try {
    read(value as never);
    return true;
  } catch (error) {
    if (isWorkloadIdentityError(error)) return false;
    throw error;
  }
}

const word = fc.stringMatching(/^[a-z0-9-]{1,8}$/);
const id = fc
  .tuple(word, fc.array(word, { minLength: 1, maxLength: 3 }))
  .map(([td, path]) => `spiffe://${td}/${path.join('/')}`);
const issuer = fc.oneof(
  id,
  word.map((host) => `https://a${host}.example.com`),
);
const audience = fc.oneof(id, word);
const hash = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('base64url'));
const bytes = fc
  .uint8Array({ minLength: 1, maxLength: 64 })
  .map((raw) => Buffer.from(raw).toString('base64url'));

const jwk = fc.oneof(
  fc.record(
    { kty: fc.constant('EC'), crv: fc.constant('P-256'), x: bytes, y: bytes, kid: word, use: word },
    { requiredKeys: ['kty', 'crv', 'x', 'y'] },
  ),
  fc.record({ kty: fc.constant('OKP'), crv: fc.constant('Ed25519'), x: bytes }),
  fc.record({ kty: fc.constant('RSA'), n: bytes, e: bytes, alg: word }, { requiredKeys: ['kty', 'n', 'e'] }),
);
const cnf = fc.oneof(fc.record({ jkt: hash }), fc.record({ 'x5t#S256': hash }), fc.record({ jwk }));
const { act } = fc.letrec((tie) => ({
  act: fc.record({ sub: issuer, iss: issuer, act: tie('act') }, { requiredKeys: ['sub'] }),
})) as { act: fc.Arbitrary<unknown> };

const claims = fc
  .record(
    {
      ver: fc.constant(1),
      iss: issuer,
      sub: id,
      aud: fc.oneof(audience, fc.array(audience, { minLength: 1, maxLength: 9 })),
      iat: fc.nat(2_000_000_000),
      exp: fc.nat(2_000_000_000),
      jti: fc.stringMatching(/^[A-Za-z0-9._:-]{15,20}$/),
      nbf: fc.nat(2_000_000_000),
      roles: fc.array(word, { maxLength: 34 }),
      cnf,
      act,
      txn: word,
      att: fc.record({ method: word, issuer: word, subject: word }),
      ext: fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()),
    },
    { requiredKeys: ['ver', 'iss', 'sub', 'aud', 'iat', 'exp', 'jti'] },
  )
  .map((all) => ({ ...all, exp: all.exp > all.iat ? all.exp : all.iat + 300 }));

const header = fc.oneof(
  fc.record({
    typ: fc.constant('wid+jwt'),
    alg: fc.constantFrom(
      'HS256',
      'HS384',
      'HS512',
      'ES256',
      'ES384',
      'Ed25519',
      'EdDSA',
      'PS256',
      'RS256',
      'none',
    ),
    kid: fc.oneof(
      hash,
      hash.map((text) => text.slice(0, 22)),
    ),
  }),
  fc.record({
    typ: fc.constant('wid+jwt'),
    alg: fc.constantFrom('ES256', 'EdDSA', 'HS256'),
    x5c: fc.array(
      fc.uint8Array({ minLength: 3, maxLength: 40 }).map((raw) => Buffer.from(raw).toString('base64')),
      { maxLength: 4 },
    ),
  }),
);

const MEMBERS = [
  'kid',
  'x5c',
  'jwk',
  'crit',
  'zip',
  'd',
  'k',
  'kty',
  'jkt',
  'act',
  'sub',
  'iss',
  '__proto__',
  'constructor',
];

type Node = Record<string, unknown> | unknown[];

/** Every object and array in a document. */
function nodes(value: unknown): readonly Node[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Node, ...Object.values(value).flatMap(nodes)];
}

/** Takes a member out, puts one in or replaces one, somewhere in a document. */
function mutated(document: fc.Arbitrary<object>): fc.Arbitrary<unknown> {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>(null, '', -1, 1.5, [], {}, -0, 2 ** 53),
    id,
    hash,
  );
  const change = fc.record({
    node: fc.nat(),
    member: fc.nat(),
    fresh: fc.constantFrom(...MEMBERS),
    value,
    kind: fc.constantFrom('remove', 'replace', 'add'),
  });
  return fc.tuple(document, fc.array(change, { minLength: 1, maxLength: 2 })).map(([start, changes]) => {
    const copy = structuredClone(start);
    for (const { node: at, member, fresh, value: next, kind } of changes) {
      const all = nodes(copy);
      const node = all[at % all.length] as Record<string, unknown>;
      const names = Object.keys(node);
      const name = kind === 'add' || names.length === 0 ? fresh : (names[member % names.length] as string);
      if (kind === 'remove') delete node[name];
      else
        Object.defineProperty(node, name, {
          value: structuredClone(next),
          enumerable: true,
          configurable: true,
          writable: true,
        });
    }
    // Only what JSON can say.
    return JSON.parse(JSON.stringify(copy)) as unknown;
  });
}

const anyJson = fc.jsonValue();
const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withNullPrototype: true,
  withObjectString: true,
  withBoxedValues: true,
  withSparseArray: true,
  withUnicodeString: true,
});

const jsonSchema = (name: string) =>
  new Ajv2020({ strict: false }).compile(
    JSON.parse(readFileSync(new URL(`../schemas/${name}.schema.json`, import.meta.url), 'utf8')) as object,
  );

describe('value types and schemas give one verdict', () => {
  const claimsJson = jsonSchema('claims');
  const headerJson = jsonSchema('header');

  it('on claims', () => {
    const seen = { yes: 0, no: 0 };
    fc.assert(
      fc.property(fc.oneof(claims, mutated(claims), anyJson), (value) => {
        const verdict = accepts(readClaims, value);
        seen[verdict ? 'yes' : 'no']++;
        expect(claimsSchema.safeParse(value).success).toBe(verdict);
        if (verdict) expect(claimsJson(value)).toBe(true);
      }),
      { numRuns: RUNS },
    );
    expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(RUNS / 10);
  });

  it('on headers', () => {
    const seen = { yes: 0, no: 0 };
    fc.assert(
      fc.property(fc.oneof(header, mutated(header), anyJson), (value) => {
        const verdict = accepts(readHeader, value);
        seen[verdict ? 'yes' : 'no']++;
        expect(headerSchema.safeParse(value).success).toBe(verdict);
        expect(headerJson(value)).toBe(verdict);
      }),
      { numRuns: RUNS },
    );
    expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(RUNS / 10);
  });

  it('on identifiers and patterns', () => {
    const part = fc.constantFrom(
      'spiffe://',
      'a',
      'A',
      '/',
      '/*',
      '.',
      '..',
      '-',
      '_',
      '%',
      ':',
      '*',
      'é',
      '\n',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          id,
          fc.array(part, { maxLength: 8 }).map((parts) => `spiffe://${parts.join('')}`),
        ),
        (text) => {
          expect(workloadIdSchema.safeParse(text).success).toBe(accepts(parseWorkloadId, text));
          const pattern = accepts(parseSubjectPattern, text);
          expect(subjectPatternSchema.safeParse(text).success).toBe(pattern);
          // A pattern is an identifier, or one more segment in place of the star makes it one.
          expect(accepts(parseWorkloadId, text.replace(/\/\*$/, '/x'))).toBe(pattern);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('no reader throws anything but the error of this project', () => {
  const readers = {
    readClaims,
    readHeader,
    parseTrustBundle,
    parseWorkloadId,
    parseTrustDomain,
    parseSubjectPattern,
  };

  it.each(Object.entries(readers))('%s', (_, read) => {
    fc.assert(
      fc.property(fc.oneof(anything, mutated(claims), mutated(header)), (value) => {
        accepts(read as (value: never) => unknown, value);
      }),
      { numRuns: 1_000 },
    );
  });

  it('readClaims, with anything in the place of a claim', () => {
    fc.assert(
      fc.property(
        claims,
        fc.constantFrom('aud', 'cnf', 'act', 'att', 'ext', 'roles', 'ver', 'iat'),
        anything,
        (all, name, value) => {
          accepts(readClaims, { ...all, [name]: value });
          accepts(readClaims, { ...all, ext: { value } });
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('what is read', () => {
  it('attack 49: survives any number of round trips', () => {
    fc.assert(
      fc.property(claims, (all) => {
        fc.pre(accepts(readClaims, all));
        const text = JSON.stringify(readClaims(all));
        expect(JSON.stringify(readClaims(JSON.parse(text)))).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('1 MiB of hostile text', () => {
  const long = 'a'.repeat(1_048_576);
  const hostile = [
    long,
    `spiffe://${long}/a`,
    `spiffe://a${'/a'.repeat(524_288)}/`,
    `spiffe://a${'/..'.repeat(349_525)}`,
    `spiffe://a${'/a'.repeat(524_288)}/**`,
    `https://a${'/a'.repeat(524_288)}!`,
    `https://${'a.'.repeat(524_288)}`,
    `${'A'.repeat(1_048_575)}=`,
    '*'.repeat(1_048_576),
  ];
  const readers = {
    parseWorkloadId,
    parseTrustDomain,
    parseSubjectPattern,
    'workloadIdSchema.parse': (text: string) => workloadIdSchema.safeParse(text),
    'subjectPatternSchema.parse': (text: string) => subjectPatternSchema.safeParse(text),
    'claimsSchema.parse': (text: string) =>
      claimsSchema.safeParse({ ver: 1, iss: text, sub: text, aud: text, txn: text }),
    'headerSchema.parse': (text: string) =>
      headerSchema.safeParse({ typ: 'wid+jwt', alg: 'ES256', x5c: [text] }),
    'readHeader, kid': (text: string) => readHeader({ typ: 'wid+jwt', alg: 'ES256', kid: text }),
    'readHeader, x5c': (text: string) => readHeader({ typ: 'wid+jwt', alg: 'ES256', x5c: [text] }),
  };

  it.each(Object.entries(readers))('costs %s linear time', (_, read) => {
    for (const text of hostile) {
      const start = performance.now();
      accepts(read as (value: never) => unknown, text);
      // A quadratic match would take minutes.
      expect(performance.now() - start).toBeLessThan(500);
    }
  });
});

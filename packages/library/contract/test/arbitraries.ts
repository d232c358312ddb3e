import fc from 'fast-check';

const word = fc.stringMatching(/^[a-z0-9-]{1,8}$/);
export const id = fc
  .tuple(word, fc.array(word, { minLength: 1, maxLength: 3 }))
  .map(([td, path]) => `spiffe://${td}/${path.join('/')}`);
const issuer = fc.oneof(
  id,
  word.map((host) => `https://a${host}.example.com`),
);
const audience = fc.oneof(id, word);
export const hash = fc
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
const method = fc.oneof(fc.record({ jkt: hash }), fc.record({ 'x5t#S256': hash }), fc.record({ jwk }));
const beside = fc.record({ kid: word, future: fc.jsonValue() }, { requiredKeys: [] });
const cnf = fc.tuple(method, beside).map(([one, others]) => ({ ...one, ...others }));
const { act } = fc.letrec((tie) => ({
  act: fc.record({ sub: issuer, iss: issuer, act: tie('act') }, { requiredKeys: ['sub'] }),
})) as { act: fc.Arbitrary<unknown> };

export const claims = fc
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

export const header = fc.oneof(
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
  'x5t#S256',
  'jwe',
  'jku',
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
export function mutated(document: fc.Arbitrary<object>): fc.Arbitrary<unknown> {
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

export const anyJson = fc.jsonValue();
export const anything = fc.anything({
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

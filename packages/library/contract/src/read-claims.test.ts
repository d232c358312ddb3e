import { afterEach, describe, expect, it } from 'vitest';
import { LIMITS, readClaims } from './index.ts';

const ID = 'spiffe://prod.example.com/orders';
const HASH = 'A'.repeat(43);
const good = { ver: 1, iss: ID, sub: ID, aud: 'billing', iat: 100, exp: 400, jti: 'a'.repeat(16) };
const every = {
  ...good,
  aud: ['billing', 'ledger'],
  nbf: 100,
  roles: ['reader'],
  cnf: { jkt: HASH },
  act: { sub: ID, iss: 'https://sts.example.com', act: { sub: ID } },
  txn: 'txn-1',
  att: {
    method: 'kubernetes',
    issuer: 'https://cluster.example.com',
    subject: 'system:serviceaccount:prod:orders',
  },
  ext: { tenant: 'a', list: [1, { b: null }] },
};

const invalid = expect.objectContaining({ name: 'WorkloadIdentityError', code: 'claims_invalid' });
const refused = (changes: object) =>
  expect(() => readClaims({ ...good, ...changes }), JSON.stringify(changes)).toThrow(invalid);

describe('readClaims', () => {
  it('reads every claim', () => {
    expect({ ...readClaims(every) }).toEqual(every);
  });

  it('ignores claims it does not know', () => {
    expect(Object.keys(readClaims({ ...good, future: 1, scope: 'x' }))).toEqual(Object.keys(good));
  });

  it('attack 50: returns a frozen copy without a prototype', () => {
    const source = structuredClone(every);
    const claims = readClaims(source);
    source.ext.list.push(2);
    source.roles.push('admin');
    source.aud.push('other');
    expect({ ...claims }).toEqual(every);
    expect(Object.getPrototypeOf(claims)).toBeNull();
    const { aud, roles, cnf, act, att, ext } = claims;
    for (const part of [claims, aud, roles, cnf, act, act?.act, att, ext, ext?.list])
      expect(Object.isFrozen(part)).toBe(true);
    expect(Object.isFrozen(source.ext) || Object.isFrozen(source.roles)).toBe(false);
  });

  it('attack 49: every claim survives being written and read again', () => {
    const once = readClaims(every);
    expect(readClaims(JSON.parse(JSON.stringify(once)))).toEqual(once);
    expect(JSON.stringify(readClaims(structuredClone({ ...once })))).toBe(JSON.stringify(once));
  });

  it.each([undefined, null, 1, 'text', true, [], [good], () => good])(
    'attack 25: refuses %j as a payload',
    (value) => {
      expect(() => readClaims(value)).toThrow(invalid);
    },
  );

  it.each(['iss', 'sub'])('attack 25: refuses an %s that is no string', (name) => {
    for (const value of [
      [ID],
      { 0: ID, length: 1 },
      Object(ID),
      7,
      null,
      undefined,
      true,
      { toString: () => ID },
    ]) {
      refused({ [name]: value });
    }
  });

  it.each(['ver', 'iss', 'sub', 'aud', 'iat', 'exp', 'jti'])('refuses a payload without %s', (name) => {
    const { [name]: _, ...rest } = good as Record<string, unknown>;
    expect(() => readClaims(rest)).toThrow(invalid);
  });

  it('tells another version from a broken one', () => {
    for (const ver of [0, 2, -1, 1_000_000]) {
      expect(() => readClaims({ ...good, ver })).toThrow(
        expect.objectContaining({ code: 'version_unsupported' }),
      );
    }
    for (const ver of ['1', 1.5, null, true, [1], Number.NaN, Number.POSITIVE_INFINITY]) refused({ ver });
  });

  it('attack 27: refuses every audience but one string or a list of 1 to 8', () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => `a${at}`);
    expect(readClaims({ ...good, aud: many(LIMITS.audiences) }).aud).toHaveLength(8);
    for (const aud of [
      [],
      [null],
      [''],
      ['a', 1],
      [['a']],
      many(9),
      '',
      null,
      {},
      { 0: 'a', length: 1 },
      'a b',
      7,
    ]) {
      refused({ aud });
    }
  });

  it('attack 28: refuses times that are no whole numbers, or contradict each other', () => {
    for (const name of ['iat', 'exp', 'nbf']) {
      for (const value of [
        '1e9',
        '100',
        1.5,
        -1,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        null,
        [100],
        {},
        true,
        253_402_300_800,
      ]) {
        refused({ [name]: value });
      }
    }
    refused({ exp: 100 });
    refused({ exp: 99 });
    refused({ exp: -0 });
    refused({ nbf: 400 });
    refused({ nbf: 401 });
    expect(readClaims({ ...good, nbf: 399 }).nbf).toBe(399);
    expect(readClaims({ ...good, exp: 101 }).exp).toBe(101);
  });

  it('refuses roles beyond their limits', () => {
    for (const roles of [
      'admin',
      null,
      {},
      ['A'],
      [''],
      [null],
      [['a']],
      ['a'.repeat(65)],
      Array(33).fill('a'),
    ])
      refused({ roles });
    expect(readClaims({ ...good, roles: [] }).roles).toEqual([]);
  });

  it('attack 39: refuses a confirmation of none, two, or an unsupported method', () => {
    const ec = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' };
    for (const cnf of [
      {},
      null,
      [],
      HASH,
      { kid: 'a' },
      { jkt: HASH, 'x5t#S256': HASH },
      { jkt: HASH, jwk: ec },
      { jkt: HASH, jwk: undefined },
      { 'x5t#S256': HASH, jwk: null },
      { jwe: 'a' },
      { jku: 'https://keys.example.com/jwks.json', kid: 'a' },
      { jkt: HASH, jwe: 'a' },
      { jkt: HASH, jku: 'https://keys.example.com/jwks.json' },
      { jkt: HASH, jku: undefined },
      { jwk: ec, jwe: null },
      Object.create({ jkt: HASH }),
      { jkt: null },
      { jkt: HASH.slice(1) },
      { jkt: `${HASH.slice(1)}B` },
      { jwk: null },
      { jwk: { ...ec, kty: 'oct', k: 'AA' } },
      { jwk: { ...ec, d: 'AA' } },
      { jwk: { ...ec, d: null } },
      { jwk: { ...ec, y: undefined } },
      { jwk: { ...ec, x: 'A=' } },
      { jwk: { ...ec, kid: 1 } },
    ]) {
      refused({ cnf });
    }
    const { cnf } = readClaims({
      ...good,
      cnf: { jwk: { ...ec, alg: 'ES256', ext: true, key_ops: ['verify'] } },
    });
    expect(cnf).toEqual({ jwk: { ...ec, alg: 'ES256' } });
    const rsa = { kty: 'RSA', n: 'A'.repeat(1_366), e: 'AQAB' };
    expect(readClaims({ ...good, cnf: { jwk: rsa } }).cnf).toEqual({ jwk: rsa });
  });

  it.each(['kid', 'osc', 'jkt#S512', 'toString', '__proto__'])(
    'ignores the member %s of a confirmation and does not keep it',
    (name) => {
      const ec = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' };
      for (const method of [{ jkt: HASH }, { 'x5t#S256': HASH }, { jwk: ec }]) {
        for (const value of ['a', null, { jwk: ec }]) {
          const cnf: object = JSON.parse(
            JSON.stringify(method).replace('{', `{${JSON.stringify(name)}:${JSON.stringify(value)},`),
          );
          expect(Object.hasOwn(cnf, name)).toBe(true);
          const read = readClaims({ ...good, cnf }).cnf ?? {};
          expect(Object.keys(read)).toEqual(Object.keys(method));
          expect(read).toEqual(method);
        }
      }
    },
  );

  it('reads actors to a depth of four', () => {
    const deep = (levels: number): object => ({ sub: ID, ...(levels > 1 ? { act: deep(levels - 1) } : {}) });
    expect(readClaims({ ...good, act: deep(4) }).act).toEqual(deep(4));
    refused({ act: deep(5) });
    for (const act of [
      null,
      [],
      'x',
      {},
      { sub: 1 },
      { sub: ID, iss: 1 },
      { sub: ID, iss: null },
      { sub: ID, act: {} },
    ])
      refused({ act });
  });

  it('refuses transactions and attestations of another form', () => {
    for (const txn of ['', 'a b', 'ä', 1, null, 'a'.repeat(257)]) refused({ txn });
    const { att } = every;
    for (const bad of [
      null,
      {},
      [],
      'x',
      { ...att, method: 'K' },
      { ...att, issuer: '' },
      { ...att, subject: 'a\n' },
    ])
      refused({ att: bad });
  });

  it('measures ext in bytes of UTF-8', () => {
    expect(readClaims({ ...good, ext: { p: 'a'.repeat(4_096 - 8) } }).ext).toBeDefined();
    refused({ ext: { p: 'a'.repeat(4_097 - 8) } });
    refused({ ext: { p: '€'.repeat(1_363) } });
    expect(readClaims({ ...good, ext: { p: '€'.repeat(1_362) } }).ext).toBeDefined();
  });

  it('refuses in ext what a token cannot carry', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
    expect(readClaims({ ...good, ext: { a: nested(6) } }).ext).toBeDefined();
    refused({ ext: { a: nested(7) } });
    const circle: Record<string, unknown> = {};
    circle['a'] = circle;
    expect(() => readClaims({ ...good, ext: circle })).toThrow(invalid);
    expect(() => readClaims({ ...good, ext: { a: 1n } })).toThrow(invalid);
    for (const value of [
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      undefined,
      Symbol('a'),
      () => 1,
      '\ud800',
      [undefined],
    ]) {
      expect(() => readClaims({ ...good, ext: { value } })).toThrow(invalid);
    }
    expect(() => readClaims({ ...good, ext: { '\udc00': 1 } })).toThrow(invalid);
    for (const ext of [null, [], 'x', 1]) refused({ ext });
  });

  it('refuses a member named __proto__ in ext, at every depth, and ignores one beside the claims', () => {
    for (const text of [
      '{"__proto__":{"admin":true}}',
      '{"a":[{"__proto__":1}]}',
      '{"a":{"b":{"__proto__":null}}}',
    ]) {
      refused({ ext: JSON.parse(text) });
    }
    const claims = readClaims(
      JSON.parse(JSON.stringify(good).replace('{', '{"__proto__":{"roles":["admin"]},')),
    );
    expect(claims.roles).toBeUndefined();
  });
});

describe('readClaims under a polluted prototype', () => {
  const polluted = Object.prototype as unknown as Record<string, unknown>;
  const names = [...Object.keys(every), 'jkt', 'jwk', 'x5t#S256'];

  afterEach(() => {
    for (const name of names) delete polluted[name];
  });

  it('attack 50: sees own claims alone', () => {
    Object.assign(polluted, {
      cnf: { jkt: HASH },
      roles: ['admin'],
      act: { sub: ID },
      ext: { admin: true },
      nbf: 399,
    });
    const claims = readClaims({ ...good });
    expect(Object.keys(claims)).toEqual(Object.keys(good));
    expect([claims.cnf, claims.roles, claims.act, claims.ext, claims.nbf]).toEqual(Array(5).fill(undefined));
  });

  it('attack 50: finds no required claim there', () => {
    for (const [name, value] of Object.entries(good)) {
      const { [name]: _, ...rest } = good as Record<string, unknown>;
      polluted[name] = value;
      expect(() => readClaims(rest), name).toThrow(invalid);
      delete polluted[name];
    }
    polluted['jkt'] = HASH;
    expect(() => readClaims({ ...good, cnf: {} })).toThrow(invalid);
  });
});

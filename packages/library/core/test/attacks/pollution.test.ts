import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createMinter, createVerifier, HmacKey, KeyRing, type VerifyOptions } from '../../src/index.ts';
import { BILLING, NOW, ORDERS, SHIPPING } from '../support/names.ts';
import { outcomeOf } from '../support/outcome.ts';
import { segments, tokenOf } from '../support/tokens.ts';
import { makeWorld, verifierOf, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld({ denied: { tokens: ['denied-token-0001'] } });
});

const polluted: string[] = [];
function pollute(name: string, value: unknown): void {
  polluted.push(name);
  Object.defineProperty(Object.prototype, name, {
    value,
    configurable: true,
    writable: true,
    enumerable: true,
  });
}
function clean(): void {
  for (const name of polluted.splice(0)) Reflect.deleteProperty(Object.prototype, name);
}
afterEach(clean);

const PROOF: VerifyOptions = { provenKey: { jkt: 'A'.repeat(43) } };

/** Tokens of every fate, each with the options it is verified with. */
function tokens(): readonly (readonly [string, VerifyOptions?])[] {
  const { HS256 } = world.secrets;
  const bound = tokenOf(HS256, { cnf: { jkt: 'A'.repeat(43) } });
  const [header, payload] = segments(tokenOf(HS256));
  const acting = { sub: ORDERS, act: { sub: SHIPPING } };
  return [
    ...world.all.map((signing) => [tokenOf(signing)] as const),
    ...['iss', 'sub', 'aud', 'iat', 'exp', 'jti', 'ver'].map(
      (name) => [tokenOf(HS256, { [name]: undefined })] as const,
    ),
    ...['alg', 'typ', 'kid'].map((name) => [tokenOf(HS256, {}, { [name]: undefined })] as const),
    [tokenOf(HS256, { roles: ['reader'], act: acting, ext: { a: { b: [1] } } })],
    [tokenOf(HS256, { aud: ORDERS })],
    [tokenOf(HS256, { exp: NOW - 100, iat: NOW - 200 })],
    [tokenOf(HS256, { jti: 'denied-token-0001' })],
    [tokenOf(HS256, {}, { kid: undefined, x5c: ['MIIB'] })],
    [tokenOf(world.pairs.ES256, {}, { kid: undefined, x5c: ['MIIB'] })],
    [bound],
    [bound, {}],
    [bound, PROOF],
    [tokenOf(HS256, { cnf: { 'x5t#S256': 'A'.repeat(43) } }), PROOF],
    [tokenOf(HS256, { cnf: { jwk: world.pairs.ES256.jwk } }), PROOF],
    [tokenOf(HS256), {}],
    [tokenOf(HS256), { audience: BILLING }],
    [`${header}.${payload}.AAAA`],
  ];
}

const POLLUTION: Readonly<Record<string, readonly unknown[]>> = {
  alg: ['none', 'HS256'],
  typ: ['wid+jwt'],
  kid: ['A'.repeat(22)],
  x5c: [['MIIB']],
  crit: [[]],
  jwk: [{ kty: 'oct', k: 'AAAA' }],
  ver: [1, 2],
  iss: [ORDERS],
  sub: [SHIPPING],
  aud: [BILLING, []],
  iat: [NOW],
  exp: [NOW + 300, 9e12],
  nbf: [0, NOW + 5_000],
  jti: ['polluted-token-01'],
  roles: [['admin']],
  cnf: [{ jkt: 'A'.repeat(43) }, null],
  act: [{ sub: SHIPPING }],
  txn: ['x'],
  att: [{}],
  ext: [{ admin: true }],
  jkt: ['A'.repeat(43)],
  'x5t#S256': ['A'.repeat(43)],
  provenKey: [{ jkt: 'A'.repeat(43) }],
  audience: [ORDERS, BILLING],
  audiences: [[ORDERS]],
  leeway: [60],
  maxLifetime: [3_600],
  acceptRs256: [true],
  chains: [{ resolve: () => undefined }],
  clock: [() => 0],
  keyId: ['A'.repeat(22)],
  chain: [['MIIB']],
  algorithm: ['none'],
  leaf: [{ issuer: ORDERS, usage: 'issuer' }],
  notAfter: [0, 9e12],
  subjects: [[]],
  issuer: [ORDERS, 'self'],
  authorities: [[]],
  hash: ['md5'],
  signatureBytes: [0, 1],
  padding: [1],
  saltLength: [0],
  dsaEncoding: ['der'],
  key: ['x'],
  visited: [true],
  snapshot: [null],
  detail: ['x'],
  cause: ['x'],
  toJSON: [() => 'x'],
  length: [0],
};

const says = async (options = {}): Promise<string[]> => {
  const verifier = verifierOf(world.source, options);
  const outcomes: string[] = [];
  for (const [token, asked] of tokens()) {
    outcomes.push(
      await outcomeOf(verifier.verify(token, asked)),
      await outcomeOf(verifier.verify(token, asked)),
    );
  }
  return outcomes;
};

describe('attack 50: members on Object.prototype', () => {
  const cases = Object.entries(POLLUTION).flatMap(([name, values]) =>
    values.map((value) => ({ name, value })),
  );

  test.each(cases)('$name leaves every verdict as it was', async ({ name, value }) => {
    // The tokens are made before, so that the pollution is the verifier's problem alone.
    const given = tokens();
    const ask = async (): Promise<string[]> => {
      const outcomes: string[] = [];
      for (const cacheBytes of [0, 2 ** 20]) {
        const verifier = createVerifier({
          bundle: world.source,
          audiences: [BILLING],
          cacheBytes,
          clock: () => NOW * 1000,
        });
        for (const [token, asked] of given) {
          for (let round = 0; round < 2; round++)
            outcomes.push(await outcomeOf(verifier.verify(token, asked)));
        }
      }
      return outcomes;
    };
    const before = await ask();
    expect(new Set(before).size).toBeGreaterThan(8);
    pollute(name, value);
    const after = await ask();
    clean();
    expect(after).toEqual(before);
  });

  test('a verdict does not change under a verifier made before', async () => {
    const before = await says();
    for (const [name, values] of Object.entries(POLLUTION)) {
      if (name === 'toJSON') continue;
      for (const value of values) {
        const verifier = verifierOf(world.source);
        const token = tokenOf(world.secrets.HS256);
        pollute(name, value);
        const outcome = await outcomeOf(verifier.verify(token));
        clean();
        expect([name, outcome]).toEqual([name, 'accepted']);
      }
    }
    expect(await says()).toEqual(before);
  });

  test('what is minted does not change', async () => {
    const key = await HmacKey.fromSecret(world.secrets.HS256.secret);
    const clock = (): number => NOW * 1000;
    const minted = async (): Promise<unknown> => {
      const minter = createMinter({
        issuer: ORDERS,
        signers: new KeyRing({ active: key, clock }),
        clock,
        randomBytes: (n) => new Uint8Array(n),
      });
      return (await minter.mint({ audience: BILLING })).token;
    };
    const before = await minted();
    for (const [name, value] of [
      ['subject', SHIPPING],
      ['lifetime', 3_600],
      ['roles', ['admin']],
      ['confirmation', {}],
      ['extension', {}],
      ['actor', {}],
      ['issuer', SHIPPING],
      ['randomBytes', () => 'x'],
      ['audienceScoped', true],
      ['next', {}],
      ['nbf', 1],
    ] as const) {
      pollute(name, value);
      const after = await minted();
      clean();
      expect([name, after]).toEqual([name, before]);
    }
  });
});

describe('attack 50: what a verification hands out', () => {
  const everything = {
    roles: ['a'],
    cnf: { jkt: 'A'.repeat(43) },
    act: { sub: ORDERS, iss: SHIPPING },
    txn: 't',
    att: { method: 'm', issuer: 'i', subject: 's' },
    ext: { a: { b: [{ c: 1 }] } },
    aud: [BILLING, ORDERS],
  };

  test('has no prototype and is frozen throughout', async () => {
    const identity = await verifierOf(world.source).verify(tokenOf(world.secrets.HS256, everything), PROOF);
    expect(Object.getPrototypeOf(identity)).toBeNull();
    expect(Object.getPrototypeOf(identity.claims)).toBeNull();
    expect(Object.getPrototypeOf(identity.claims.ext)).toBeNull();
    const check = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      expect([path, Object.isFrozen(value)]).toEqual([path, true]);
      for (const [name, inner] of Object.entries(value)) check(inner, `${path}.${name}`);
    };
    check(identity, 'identity');
  });

  test('cannot be changed by one caller for the next', async () => {
    const verifier = verifierOf(world.source);
    const token = tokenOf(world.secrets.HS256, everything);
    const identity = (await verifier.verify(token, PROOF)) as unknown as { subject: string; roles: string[] };
    expect(() => identity.roles.push('admin')).toThrow(TypeError);
    expect(() => {
      identity.subject = SHIPPING;
    }).toThrow(TypeError);
    expect((await verifier.verify(token, PROOF)).roles).toEqual(['a']);
  });
});

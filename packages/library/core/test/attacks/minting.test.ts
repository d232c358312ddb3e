import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  AsymmetricKey,
  createMinter,
  createTokenSource,
  HmacKey,
  KeyRing,
  type Minter,
  type MintRequest,
  type SignerSource,
} from '../../src/index.ts';
import { BILLING, NOW, ORDERS, SHIPPING } from '../support/names.ts';
import { outcomeOf, verdict } from '../support/outcome.ts';
import { makeWorld, verifierOf, type World } from '../support/world.ts';

let world: World;
let minter: Minter;
let active: HmacKey;
const clock = (): number => NOW * 1000;

beforeAll(async () => {
  world = await makeWorld();
  active = await HmacKey.fromSecret(world.secrets.HS256.secret);
  minter = createMinter({ issuer: ORDERS, signers: new KeyRing({ active, clock }), clock });
});

const asked = (request: object): Promise<{ token: string }> =>
  minter.mint({ audience: BILLING, ...request } as MintRequest);

describe('attack 51: what a caller cannot choose', () => {
  test.each([
    ...['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti', 'ver', 'cnf', 'act', 'txn', 'att', 'ext'],
    ...[
      'typ',
      'alg',
      'kid',
      'x5c',
      'jwk',
      'crit',
      'header',
      'headers',
      'algorithm',
      'keyid',
      'issuer',
      'jwtid',
    ],
    ...[
      'notBefore',
      'expiresIn',
      'expiresAt',
      'noTimestamp',
      'mutatePayload',
      'constructor',
      'toString',
      'toJSON',
    ],
  ])('%s is not asked of a minter', async (name) => {
    for (const value of ['x', 0, NOW + 9_999, {}, undefined]) {
      await expect(asked({ [name]: value })).rejects.toThrow(new TypeError(`\`${name}\` is not an option`));
    }
  });

  test('a member called __proto__ is refused as well', async () => {
    const request = JSON.parse(`{"audience":"${BILLING}","__proto__":{"subject":"${SHIPPING}"}}`);
    await expect(minter.mint(request)).rejects.toThrow(TypeError);
  });

  test("the header is the signer's: three members, and nothing of the caller's", async () => {
    const { token } = await asked({ extension: { alg: 'none', kid: 'x', typ: 'JWT' } });
    expect(decodeProtectedHeader(token)).toEqual({
      alg: 'HS256',
      typ: 'wid+jwt',
      kid: world.secrets.HS256.kid,
    });
    const key = await AsymmetricKey.generate('ES256');
    expect(decodeProtectedHeader(await key.sign('{"alg":"none"}'))).toEqual({
      alg: 'ES256',
      typ: 'wid+jwt',
      kid: key.keyId,
    });
  });

  test('members of ext stay in ext', async () => {
    const extension = {
      iss: 'evil',
      sub: SHIPPING,
      exp: 9e9,
      aud: '*',
      roles: ['admin'],
      cnf: {},
      __proto__: { a: 1 },
    };
    const claims = decodeJwt((await asked({ extension })).token);
    expect(claims).toMatchObject({
      iss: ORDERS,
      sub: ORDERS,
      aud: BILLING,
      iat: NOW,
      exp: NOW + 300,
      ver: 1,
    });
    expect(claims.roles).toBeUndefined();
    expect(claims.ext).toEqual({ iss: 'evil', sub: SHIPPING, exp: 9e9, aud: '*', roles: ['admin'], cnf: {} });
  });

  test('a subject other than the minter is signed, and refused by whoever trusts the key for itself alone', async () => {
    const { token } = await asked({ subject: SHIPPING });
    expect(await verdict(verifierOf(world.source), token)).toBe('issuer_not_allowed');
  });

  test('values that change while they are read change nothing but themselves', async () => {
    const sneaky = { toJSON: () => ({ iss: 'evil' }) };
    expect(decodeJwt((await asked({ extension: { a: sneaky } })).token).ext).toEqual({ a: { iss: 'evil' } });
    let reads = 0;
    const extension = {
      get a() {
        return ++reads;
      },
    };
    const claims = decodeJwt((await asked({ extension })).token);
    expect(claims.ext).toEqual({ a: 1 });
    const keys = new KeyRing({ active, clock, audienceScoped: true });
    const audience = Object.assign([BILLING], { toJSON: () => SHIPPING });
    const scoped = await createMinter({ issuer: ORDERS, signers: keys, clock }).mint({ audience });
    expect(decodeJwt(scoped.token).aud).toBe(SHIPPING);
    expect(scoped.keyId).toBe((await active.forAudience(SHIPPING)).keyId);
  });

  test('what a getter throws comes through, and no token is made', async () => {
    const request = {
      audience: BILLING,
      get extension(): never {
        throw new RangeError('no');
      },
    };
    await expect(minter.mint(request)).rejects.toThrow(RangeError);
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    await expect(asked({ extension: circular })).rejects.toThrow(TypeError);
    await expect(asked({ extension: { a: 1n } })).rejects.toThrow(TypeError);
  });

  test("nothing of the caller's is frozen, kept or shared", async () => {
    const request = {
      audience: [BILLING, SHIPPING],
      roles: ['reader'],
      extension: { list: [{ a: 1 }] },
      actor: { sub: SHIPPING },
      confirmation: { jkt: 'A'.repeat(43) },
      attestation: { method: 'm', issuer: 'i', subject: 's' },
    };
    const { token } = await minter.mint(request);
    const frozen = (value: unknown): boolean =>
      typeof value === 'object' &&
      value !== null &&
      (Object.isFrozen(value) || Object.values(value).some(frozen));
    expect(frozen(request)).toBe(false);
    request.extension.list.push({ a: 2 });
    request.roles.push('admin');
    expect(decodeJwt(token)).toMatchObject({ roles: ['reader'], ext: { list: [{ a: 1 }] } });
  });

  test('what would break the contract is refused, and says how', async () => {
    for (const request of [
      { audience: '' },
      { audience: [] },
      { audience: undefined },
      { audience: Array(9).fill(BILLING) },
      { audience: 'two words' },
      { subject: 'orders' },
      { subject: `${ORDERS}/` },
      { lifetime: 0 },
      { lifetime: 3_601 },
      { lifetime: 1.5 },
      { lifetime: '300' },
      { lifetime: Number.NaN },
      { lifetime: Number.POSITIVE_INFINITY },
      { lifetime: null },
      { roles: ['Admin'] },
      { roles: Array(33).fill('a') },
      { roles: 'admin' },
      { confirmation: {} },
      { confirmation: { jkt: 'A'.repeat(43), 'x5t#S256': 'A'.repeat(43) } },
      { confirmation: { jwk: { kty: 'oct', k: 'AAAA' } } },
      { confirmation: { jwk: { ...world.pairs.ES256.jwk, d: 'AAAA' } } },
      { actor: {} },
      { transaction: '' },
      { attestation: { method: 'x' } },
      { extension: [] },
      { extension: 'x' },
      { extension: { a: 'x'.repeat(4_096) } },
      { extension: { a: '\ud800' } },
      { extension: { '\ud800': 'a' } },
      { extension: { a: { b: { c: { d: { e: { f: { g: { h: 1 } } } } } } } } },
    ]) {
      expect([request, await outcomeOf(asked(request))]).toEqual([request, 'mint_refused']);
    }
    await expect(asked({ roles: ['Admin'] })).rejects.toThrow(
      'A token with these claims would break the contract: `roles` is up to 32 role names. Mint for fewer audiences',
    );
  });

  test('a token of more than 16 KiB is not handed out', async () => {
    const long = (letter: string): string => letter.repeat(2_000);
    const audience = [...'abcdefgh'].map(long);
    expect(await outcomeOf(asked({ audience }))).toBe('mint_refused');
  });

  test('a token never outlives its signer', async () => {
    const signers: SignerSource = {
      signerFor: () => ({
        rung: 'ca',
        algorithm: 'HS256',
        keyId: active.keyId,
        notAfter: NOW + 100,
        sign: (p) => active.sign(p),
      }),
    };
    const limited = createMinter({ issuer: ORDERS, signers, clock });
    expect((await limited.mint({ audience: BILLING })).expiresAt).toBe(NOW + 100);
    expect((await limited.mint({ audience: BILLING, lifetime: 50 })).expiresAt).toBe(NOW + 50);
    const ended = createMinter({ issuer: ORDERS, signers, clock: () => (NOW + 100) * 1000 });
    expect(await outcomeOf(ended.mint({ audience: BILLING }))).toBe('mint_refused');
  });
});

describe('attack 43: a minter without what it needs', () => {
  const signers = (): SignerSource => ({ signerFor: () => active });

  test.each([
    ['nothing', () => undefined],
    ['no signers', () => ({ issuer: ORDERS })],
    ['no key ring', () => ({ issuer: ORDERS, signers: {} })],
    ['an unknown setting', () => ({ issuer: ORDERS, signers: signers(), audience: BILLING })],
    ['a clock that is none', () => ({ issuer: ORDERS, signers: signers(), clock: NOW })],
    ['an issuer of another type', () => ({ issuer: 1, signers: signers() })],
  ])('%s', (_, options) => {
    expect(() => createMinter(options() as never)).toThrow(TypeError);
  });

  test.each([
    '',
    'orders',
    'http://sts.example.com',
    'spiffe://prod.example.com',
    'spiffe://Prod.example.com/x',
  ])('the issuer %j', (issuer) => {
    expect(() => createMinter({ issuer, signers: signers() })).toThrow(
      expect.objectContaining({ code: 'identifier_invalid' }),
    );
  });

  test('a key ring and a token source without what they need', () => {
    expect(() => new KeyRing({} as never)).toThrow(TypeError);
    expect(() => new KeyRing({ active, audienceScope: true } as never)).toThrow(TypeError);
    expect(() => new KeyRing({ active, clock: 1 } as never)).toThrow(TypeError);
    expect(() => createTokenSource({} as never)).toThrow(TypeError);
    expect(() => createTokenSource({ minter, lifetime: 0 })).toThrow(TypeError);
    expect(() => createTokenSource({ minter, lifetime: 3_601 })).toThrow(TypeError);
    expect(() => createTokenSource({ minter, audience: BILLING } as never)).toThrow(TypeError);
  });
});

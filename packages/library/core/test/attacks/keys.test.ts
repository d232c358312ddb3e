import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { HmacAuthority, HmacKeyReference, PublicJwk } from '@workload-identity/contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { AsymmetricKey, createBundleSource, type EngineKey, importPublicKey } from '../../src/index.ts';
import { BILLING, ORDERS, STS } from '../support/names.ts';
import { type Outcome, outcomeOf, verdict } from '../support/outcome.ts';
import { type PairAlgorithm, pairSigning, secretSigning } from '../support/signing.ts';
import { b64, tokenOf } from '../support/tokens.ts';
import { bundleOf, issuing, makeWorld, open, sharing, verifierOf, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});

const jwkOf = (key: KeyObject): PublicJwk => key.export({ format: 'jwk' }) as unknown as PublicJwk;
const imports = (algorithm: PairAlgorithm, jwk: PublicJwk): Promise<Outcome> =>
  outcomeOf(Promise.resolve().then((): EngineKey | Promise<EngineKey> => importPublicKey(algorithm, jwk)));
const loads = (jwk: unknown): Promise<Outcome> => {
  const authority = {
    rung: 'asymmetric',
    issuer: STS,
    subjects: ['spiffe://prod.example.com/*'],
    keys: [jwk],
  };
  return outcomeOf(createBundleSource({ bundle: bundleOf([authority as never]), pollInterval: 0 }).ready());
};

describe('attack 03: the algorithm comes from the key, never from the header', () => {
  const registered = [
    ...['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
    ...['ES256', 'ES384', 'ES512', 'ES256K', 'EdDSA', 'Ed25519', 'Ed448', 'ML-DSA-44', 'ML-DSA-65', 'none'],
    ...['RSA-OAEP', 'A128KW', 'dir', 'ECDH-ES', 'PBES2-HS256+A128KW', 'A128GCM', 'hs256', 'Es256', 'ES256 '],
  ];

  test('every other registered algorithm is refused for every key', async () => {
    const verifier = verifierOf(world.source);
    for (const signing of world.all) {
      const own = signing.algorithm === 'Ed25519' ? ['Ed25519', 'EdDSA'] : [signing.algorithm];
      for (const alg of registered) {
        const expected = own.includes(alg) ? 'accepted' : 'algorithm_not_allowed';
        const outcome = await verdict(verifier, tokenOf(signing, {}, { alg }));
        expect([signing.algorithm, alg, outcome]).toEqual([signing.algorithm, alg, expected]);
      }
    }
  });

  test('RS256 is refused until it is switched on', async () => {
    const token = tokenOf(world.pairs.RS256);
    expect(await verdict(verifierOf(world.source, { acceptRs256: false }), token)).toBe(
      'algorithm_not_allowed',
    );
    expect(await verdict(verifierOf(world.source, { acceptRs256: true }), token)).toBe('accepted');
  });

  test('a bundle key names its algorithm', async () => {
    const { alg: _, ...jwk } = world.pairs.ES256.jwk;
    expect(await loads(jwk)).toBe('bundle_invalid');
    for (const alg of ['HS256', 'none', 'ES384', 'EdDSA', 'RS512']) {
      expect(await loads({ ...jwk, alg })).toBe('bundle_invalid');
    }
  });

  test('one key has one algorithm', async () => {
    const { jwk } = world.pairs.PS256;
    expect(await loads({ ...jwk, alg: 'RS256' })).toBe('accepted');
    const both = bundleOf([
      { ...issuing(world.pairs.PS256), keys: [jwk, { ...jwk, alg: 'RS256' }] } as never,
    ]);
    expect(await outcomeOf(open(both))).toBe('bundle_invalid');
    const secret = secretSigning('HS512');
    const twice = bundleOf([sharing(secret), sharing({ ...secret, algorithm: 'HS256' })]);
    expect(await outcomeOf(open(twice, secret))).toBe('bundle_invalid');
    const derived = secretSigning();
    const [key] = sharing(derived).keys;
    const scopes = [undefined, BILLING, ORDERS].map((audience) => ({
      ...sharing(),
      keys: [{ ...(key as HmacKeyReference), ...(audience !== undefined && { audience }) }],
    }));
    for (const [first, second] of [
      [0, 1],
      [1, 0],
      [1, 2],
    ] as const) {
      const both = [scopes[first], scopes[second]] as HmacAuthority[];
      expect(await outcomeOf(open(bundleOf(both), derived))).toBe('bundle_invalid');
      expect(await outcomeOf(open(bundleOf([both[0] as HmacAuthority]), derived))).toBe('accepted');
    }
  });
});

describe('attack 06: keys that do not fit their algorithm', () => {
  const good = (): Record<PairAlgorithm, PublicJwk> => ({
    ES256: world.pairs.ES256.jwk,
    ES384: world.pairs.ES384.jwk,
    Ed25519: world.pairs.Ed25519.jwk,
    PS256: world.pairs.PS256.jwk,
    RS256: world.pairs.RS256.jwk,
  });

  test('a key of another kind or curve is refused for every algorithm', async () => {
    const kinds: Record<string, PublicJwk> = {
      ...good(),
      'P-521': jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-521' }).publicKey),
      secp256k1: jwkOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey),
      X25519: jwkOf(generateKeyPairSync('x25519').publicKey),
      Ed448: jwkOf(generateKeyPairSync('ed448').publicKey),
      'RSA 1024': jwkOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey),
      symmetric: { kty: 'oct', k: b64('k'.repeat(32)) } as never,
      nothing: {} as never,
    };
    for (const algorithm of Object.keys(good()) as PairAlgorithm[]) {
      for (const [kind, jwk] of Object.entries(kinds)) {
        const fits =
          kind === algorithm || (kind.endsWith('S256') && kind !== 'ES256' && /^[PR]S/.test(algorithm));
        const outcome = await imports(algorithm, jwk);
        expect([algorithm, kind, outcome]).toEqual([algorithm, kind, fits ? 'accepted' : 'key_invalid']);
      }
    }
  });

  test('a point that is not on its curve is refused', async () => {
    const { ES256, ES384 } = good();
    const other = await pairSigning('ES256');
    expect(await imports('ES256', { ...ES256, y: other.jwk.y ?? '' })).toBe('key_invalid');
    expect(await imports('ES384', { ...ES384, x: ES384.y ?? '', y: ES384.x ?? '' })).toBe('key_invalid');
    expect(await imports('ES256', { ...ES256, x: b64(Buffer.alloc(32)), y: b64(Buffer.alloc(32)) })).toBe(
      'key_invalid',
    );
  });

  test('RSA keys that sign anything, or take forever, are refused', async () => {
    const { PS256 } = good();
    for (const e of ['AQ', 'Ag', 'Aw', 'EQ', 'AQAA', 'AQAC', 'AAEAAQ', 'AQAAAAAAAAAB', '']) {
      expect([e, await imports('PS256', { ...PS256, e })]).toEqual([e, 'key_invalid']);
    }
    const long = b64(Buffer.alloc(1025, 0xff));
    expect(await imports('PS256', { ...PS256, n: long })).toBe('key_invalid');
    expect(await imports('PS256', { ...PS256, n: `AA${PS256.n}` })).toBe('key_invalid');
  });

  test('points on Ed25519 under which anyone can sign are refused', async () => {
    const points = [
      Buffer.alloc(32),
      Buffer.from(`01${'00'.repeat(31)}`, 'hex'),
      Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex'),
      Buffer.from('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', 'hex'),
      ...['ec', 'ed', 'ee'].map((low) => Buffer.from(`${low}${'ff'.repeat(30)}7f`, 'hex')),
    ];
    for (const point of points) {
      const signed = Buffer.from(point);
      signed[31] = (signed[31] ?? 0) | 0x80;
      for (const x of [point, signed]) {
        expect(await imports('Ed25519', { kty: 'OKP', crv: 'Ed25519', x: b64(x) })).toBe('key_invalid');
      }
    }
  });

  test('another spelling of a key is refused, for it would have another identifier', async () => {
    const { Ed25519, ES256 } = good();
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const respelled = (text = ''): string =>
      text.slice(0, -1) + last[last.indexOf(text.at(-1) as string) ^ 1];
    expect(await imports('Ed25519', { ...Ed25519, x: respelled(Ed25519.x) })).toBe('key_invalid');
    expect(await imports('ES256', { ...ES256, y: respelled(ES256.y) })).toBe('key_invalid');
    expect(await imports('ES256', { ...ES256, y: `${ES256.y}=` })).toBe('key_invalid');
  });

  test('a bundle takes no key for another use, and no private one', async () => {
    const { jwk, privateKey } = world.pairs.ES256;
    expect(await loads(jwk)).toBe('accepted');
    const secret = { ...privateKey.export({ format: 'jwk' }), alg: 'ES256' };
    for (const changed of [
      { ...jwk, use: 'enc' },
      { ...jwk, key_ops: ['sign'] },
      { ...jwk, key_ops: [] },
      secret,
    ]) {
      expect(await loads(changed)).toBe('bundle_invalid');
    }
  });

  test('a private key for another use, algorithm or curve is refused', async () => {
    const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    const changes = [
      { use: 'enc' },
      { key_ops: ['verify'] },
      { key_ops: 'sign' },
      { alg: 'ES384' },
      { alg: 'HS256' },
      { crv: 'P-384' },
      { kty: 'oct' },
      { d: undefined },
      { x: other.x, y: other.y },
    ];
    for (const change of changes) {
      const outcome = await outcomeOf(AsymmetricKey.fromJwk({ ...jwk, ...change } as never));
      expect([change, outcome]).toEqual([change, 'key_invalid']);
    }
  });
});

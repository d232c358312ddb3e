import { generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { calculateJwkThumbprint, compactVerify, importJWK } from 'jose';
import { describe, expect, test } from 'vitest';
import { type AsymmetricAlgorithm, AsymmetricKey } from './asymmetric-key.ts';

const KINDS: Readonly<Record<AsymmetricAlgorithm, () => KeyObject>> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
  Ed25519: () => generateKeyPairSync('ed25519').privateKey,
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
};
const all = Object.entries(KINDS) as [AsymmetricAlgorithm, () => KeyObject][];
const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }) as string;

describe.each(all)('a key for %s', (algorithm, make) => {
  const key = make();
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...publicPart } = key.export({ format: 'jwk' });

  test('is read from PEM and from JWK, and named by its thumbprint', async () => {
    const texts = [
      pemOf(key),
      `\n${pemOf(key)}\n`,
      pemOf(key).replaceAll('\n', '\r\n'),
      JSON.stringify(key.export({ format: 'jwk' })),
    ];
    for (const text of texts) {
      const read = await AsymmetricKey.parse(text);
      expect(read).toMatchObject({
        rung: 'asymmetric',
        algorithm,
        keyId: await calculateJwkThumbprint(publicPart as never),
      });
      expect(read.publicJwk).toEqual({ ...publicPart, alg: algorithm, use: 'sig' });
      expect(Object.isFrozen(read.publicJwk)).toBe(true);
    }
  });

  test('signs what jose verifies', async () => {
    const read = await AsymmetricKey.parse(pemOf(key));
    const token = await read.sign('{"a":1}');
    const { payload, protectedHeader } = await compactVerify(
      token,
      await importJWK(publicPart as never, algorithm),
    );
    expect(new TextDecoder().decode(payload)).toBe('{"a":1}');
    expect(protectedHeader).toEqual({ alg: algorithm, typ: 'wid+jwt', kid: read.keyId });
  });

  test('may say its use, operations and algorithm', async () => {
    const jwk = key.export({ format: 'jwk' });
    const said = {
      ...jwk,
      use: 'sig',
      key_ops: ['sign', 'verify'],
      alg: algorithm,
      kid: 'anything',
      ext: true,
    };
    expect((await AsymmetricKey.parse(JSON.stringify(said))).algorithm).toBe(algorithm);
  });

  test('is generated', async () => {
    const made = await AsymmetricKey.generate(algorithm);
    expect(made.algorithm).toBe(algorithm);
    expect(JSON.stringify(made)).not.toContain('"d"');
    expect(made.keyId).not.toBe((await AsymmetricKey.generate(algorithm)).keyId);
  });

  test('is refused when its public part belongs to another key', async () => {
    const other = make().export({ format: 'jwk' });
    const mixed = { ...key.export({ format: 'jwk' }), x: other.x, y: other.y, n: other.n };
    const jwk = Object.fromEntries(Object.entries(mixed).filter(([, value]) => value !== undefined));
    await expect(AsymmetricKey.fromJwk(jwk as never)).rejects.toMatchObject({ code: 'key_invalid' });
  });
});

describe('a private key', () => {
  test('on Ed25519 may call itself EdDSA', async () => {
    const jwk = { ...KINDS.Ed25519().export({ format: 'jwk' }), alg: 'EdDSA' };
    const key = await AsymmetricKey.fromJwk(jwk as never);
    expect([key.algorithm, key.publicJwk.alg]).toEqual(['Ed25519', 'Ed25519']);
  });

  test('signs ES256 by default', async () => {
    expect((await AsymmetricKey.generate()).algorithm).toBe('ES256');
  });

  test('of RSA signs PS256 with a salt of 32 bytes', async () => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 3072 });
    const token = await (await AsymmetricKey.parse(pemOf(pair.privateKey))).sign('{}');
    const at = token.lastIndexOf('.');
    const signature = Buffer.from(token.slice(at + 1), 'base64url');
    const key = { key: pair.publicKey, padding: 6, saltLength: 32 };
    expect(verify('sha256', Buffer.from(token.slice(0, at)), key, signature)).toBe(true);
  });

  const encrypted = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
  const refused: readonly (readonly [string, () => unknown])[] = [
    ['encrypted', () => KINDS.ES256().export(encrypted)],
    ['in SEC1', () => KINDS.ES256().export({ type: 'sec1', format: 'pem' })],
    ['in PKCS#1', () => KINDS.PS256().export({ type: 'pkcs1', format: 'pem' })],
    [
      'that is public',
      () => generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }),
    ],
    ['on X25519', () => pemOf(generateKeyPairSync('x25519').privateKey)],
    ['on Ed448', () => pemOf(generateKeyPairSync('ed448').privateKey)],
    ['on secp256k1', () => pemOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey)],
    ['on P-521', () => pemOf(generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey)],
    ['of RSA with 1024 bits', () => pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)],
    ['of RSA with 2040 bits', () => pemOf(generateKeyPairSync('rsa', { modulusLength: 2040 }).privateKey)],
    [
      'of RSA with the exponent 3',
      () => pemOf(generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey),
    ],
    ['of RSA-PSS', () => pemOf(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey)],
    ['beside another', () => pemOf(KINDS.ES256()) + pemOf(KINDS.ES256())],
    ['after a comment', () => `# the key\n${pemOf(KINDS.ES256())}`],
    ['cut short', () => pemOf(KINDS.ES256()).slice(0, 100)],
    ['with a member twice', () => '{"kty":"OKP","kty":"OKP","crv":"Ed25519","d":"AAAA","x":"AAAA"}'],
    ['that is symmetric', () => '{"kty":"oct","k":"AAAA","d":"AAAA"}'],
    ['that is no object', () => '["d"]'],
    ['that is empty', () => ''],
    ['that is no text', () => undefined],
    ['that is null', () => 'null'],
  ];

  test.each(refused)('%s is refused', async (_, make) => {
    await expect(AsymmetricKey.parse(make() as string)).rejects.toMatchObject({ code: 'key_invalid' });
  });

  test.each([undefined, null, 'text', 1, [], {}])('%j is none', async (jwk) => {
    await expect(AsymmetricKey.fromJwk(jwk as never)).rejects.toMatchObject({ code: 'key_invalid' });
  });
});

import { constants, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { engine } from './node.ts';
import { schemeKey } from './scheme-key.ts';

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
const data = Buffer.from('data');
const prototype = Object.prototype as Record<string, unknown>;

afterEach(() => {
  for (const name of ['padding', 'saltLength', 'dsaEncoding', 'context', 'get', 'writable'])
    delete prototype[name];
});

describe('PS256 on the key and PS256 told with the call say the same', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const key = schemeKey('PS256', createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })));

  function bothSay(signature: Uint8Array): boolean {
    const holds = verify('sha256', data, key, signature);
    expect(verify('sha256', data, { key: publicKey, ...PSS }, signature)).toBe(holds);
    return holds;
  }

  test.each([0, 20, 31, 32, 33, 48, 64])('of a salt of %i bytes', (saltLength) => {
    const options = { key: privateKey, padding: PSS.padding, saltLength };
    expect(bothSay(sign('sha256', data, options))).toBe(saltLength === 32);
  });

  test('of RS256, of other hashes, and of signatures of other lengths', () => {
    expect(bothSay(sign('sha256', data, privateKey))).toBe(false);
    for (const hash of ['sha1', 'sha384', 'sha512']) {
      expect(bothSay(sign(hash, data, { key: privateKey, ...PSS }))).toBe(false);
    }
    for (const length of [0, 1, 255, 256, 257]) {
      for (const byte of [0, 1, 255]) expect(bothSay(Buffer.alloc(length, byte))).toBe(false);
    }
  });
});

describe('attack 50: what stands on Object.prototype', () => {
  const KEYS: Readonly<Record<string, () => { privateKey: KeyObject; publicKey: KeyObject }>> = {
    ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    Ed25519: () => generateKeyPairSync('ed25519'),
    PS256: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  };
  const POLLUTION: readonly (readonly [string, unknown])[] = [
    ['padding', constants.RSA_PKCS1_PADDING],
    ['padding', constants.RSA_NO_PADDING],
    ['saltLength', 0],
    ['saltLength', 20],
    ['dsaEncoding', 'ieee-p1363'],
    ['dsaEncoding', 'x'],
    ['context', Buffer.from('x')],
    ['context', 'x'],
  ];
  const names = Object.keys(KEYS) as ('ES256' | 'ES384' | 'Ed25519' | 'PS256')[];

  test.each(names)('changes no signature of %s and no verdict', async (algorithm) => {
    const { privateKey, publicKey } = KEYS[algorithm]?.() ?? {};
    if (privateKey === undefined || publicKey === undefined) throw new Error('no such key');
    const signer = engine.signer(await engine.adoptPrivateKey(algorithm, privateKey), { alg: algorithm });
    const verifier = await engine.importPublicKey(algorithm, publicKey.export({ format: 'jwk' }) as never);
    for (const [name, value] of POLLUTION) {
      prototype[name] = value;
      const token = await signer('{}');
      expect(engine.verify(verifier, token, token.lastIndexOf('.'))).toBe(true);
      delete prototype[name];
      expect(engine.verify(verifier, token, token.lastIndexOf('.'))).toBe(true);
      const other = `${token.slice(0, -8)}AAAAAAAA`;
      prototype[name] = value;
      expect(engine.verify(verifier, other, token.lastIndexOf('.'))).toBe(false);
      delete prototype[name];
    }
  });

  test('does not keep the options off the key, or make them writable', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    prototype['get'] = () => 0;
    prototype['writable'] = true;
    const key = schemeKey('PS256', publicKey) as KeyObject & { padding?: number };
    delete prototype['get'];
    delete prototype['writable'];
    expect(key.padding).toBe(PSS.padding);
    expect(() => {
      key.padding = 1;
    }).toThrow(TypeError);
  });
});

test('a private key that is adopted is not touched', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  await engine.adoptPrivateKey('PS256', privateKey);
  expect(Object.keys(Object.getOwnPropertyDescriptors(privateKey))).not.toContain('padding');
});

import { constants, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ps256Key } from './pss-key.ts';

const PADDING = constants.RSA_PKCS1_PSS_PADDING;
const TOLD = { padding: PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };

describe.each([2_048, 3_072, 4_096])('an RSA key of %i bits', (modulusLength) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
  const key = ps256Key(publicKey);
  const data = Buffer.from('data');

  function bothSay(signature: Uint8Array, signed = data): boolean {
    if (key === undefined) throw new Error('this runtime has no keys for PSS');
    const holds = verify('sha256', signed, key, signature);
    expect(verify('sha256', signed, { key: publicKey, ...TOLD }, signature)).toBe(holds);
    return holds;
  }

  test('is the same key, bound to PS256', () => {
    expect(key?.asymmetricKeyType).toBe('rsa-pss');
    expect(key?.asymmetricKeyDetails).toMatchObject({
      modulusLength,
      hashAlgorithm: 'sha256',
      mgf1HashAlgorithm: 'sha256',
      saltLength: 32,
    });
    const jwk = publicKey.export({ format: 'jwk' });
    const again = createPublicKey({ key: jwk, format: 'jwk' });
    expect(ps256Key(again)?.equals(key as NonNullable<typeof key>)).toBe(true);
  });

  test.each([0, 20, 31, 32, 33, 48, 64])('a salt of %i bytes: both say the same', (saltLength) => {
    const signature = sign('sha256', data, { key: privateKey, padding: PADDING, saltLength });
    expect(bothSay(signature)).toBe(saltLength === 32);
  });

  test('RS256, other hashes and signatures of other lengths: both refuse', () => {
    expect(bothSay(sign('sha256', data, privateKey))).toBe(false);
    for (const hash of ['sha1', 'sha384', 'sha512']) {
      expect(bothSay(sign(hash, data, { key: privateKey, padding: PADDING, saltLength: 32 }))).toBe(false);
    }
    const size = modulusLength / 8;
    for (const length of [0, 1, size - 1, size, size + 1]) {
      for (const byte of [0, 1, 255]) expect(bothSay(Buffer.alloc(length, byte))).toBe(false);
    }
  });

  test('any bit changed in the signature or the data: both refuse', () => {
    const signature = sign('sha256', data, { key: privateKey, ...TOLD });
    expect(bothSay(signature)).toBe(true);
    fc.assert(
      fc.property(fc.nat(signature.length * 8 - 1), (bit) => {
        const changed = Buffer.from(signature);
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(bothSay(changed)).toBe(false);
      }),
      { numRuns: 50 },
    );
    expect(bothSay(signature, Buffer.from('date'))).toBe(false);
  });
});

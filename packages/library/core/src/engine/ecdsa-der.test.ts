import { generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toDer, toRaw } from './ecdsa-der.ts';

describe.each([
  ['P-256', 'sha256', 32],
  ['P-384', 'sha384', 48],
] as const)('ECDSA signatures on %s', (namedCurve, hash, half) => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });

  test('OpenSSL verifies in either form what it signed in the other', () => {
    for (let round = 0; round < 300; round++) {
      const data = Buffer.from(`message ${round}`);
      const der = sign(hash, data, privateKey);
      const raw = toRaw(der, half);
      expect(verify(hash, data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true);
      expect(Buffer.from(toDer(raw)).equals(der)).toBe(true);
    }
  });

  test('any two numbers survive the way there and back', () => {
    const number = fc.uint8Array({ minLength: half, maxLength: half });
    const leading = fc.integer({ min: 0, max: half });
    fc.assert(
      fc.property(number, number, leading, leading, (r, s, rZeros, sZeros) => {
        const raw = Buffer.concat([r.fill(0, 0, rZeros), s.fill(0, 0, sZeros)]);
        expect(toRaw(toDer(raw), half).equals(raw)).toBe(true);
      }),
    );
  });

  test('attack 33: zero and the order of the curve are refused as numbers of a signature', () => {
    const order =
      namedCurve === 'P-256'
        ? 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'
        : 'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973';
    const zero = Buffer.alloc(half);
    const one = Buffer.from(zero);
    one[half - 1] = 1;
    for (const bad of [zero, Buffer.from(order, 'hex')]) {
      for (const raw of [Buffer.concat([bad, one]), Buffer.concat([one, bad]), Buffer.concat([bad, bad])]) {
        expect(verify(hash, Buffer.from('x'), publicKey, toDer(raw))).toBe(false);
      }
    }
  });
});

import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { HmacKey } from './hmac-key.ts';

const secret = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex');
const audience = 'spiffe://prod.example.com/billing';

describe('an HMAC key', () => {
  test('is called by the first 16 bytes of an HMAC over a label', async () => {
    const mac = createHmac('sha256', secret).update('workload-identity/v1/kid').digest();
    const key = await HmacKey.fromSecret(secret);
    expect(key.keyId).toBe(mac.subarray(0, 16).toString('base64url'));
    expect(key.keyId).toBe('pXyVOi_InzTlinK-NEnfCw');
    expect((await HmacKey.parse(secret.toString('base64'))).keyId).toBe(key.keyId);
    expect(key).toMatchObject({ rung: 'hmac', algorithm: 'HS256', audience: undefined });
  });

  test('derives the key of an audience with HKDF-SHA-256', async () => {
    const info = Buffer.concat([
      Buffer.from('workload-identity/v1/audience'),
      Buffer.of(0),
      Buffer.from(audience),
    ]);
    const expected = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), info, 32));
    const derived = await (await HmacKey.fromSecret(secret)).forAudience(audience);
    expect(derived.exportForVerifier()).toBe(expected.toString('base64url'));
    expect(derived.exportForVerifier()).toBe('bi7CuyTphZZOywMl9oQ9GT-lle6jrhl1AZB-L8bw33U');
    expect(derived).toMatchObject({ algorithm: 'HS256', audience });
    const received = await HmacKey.parse(derived.exportForVerifier(), 'HS256', audience);
    expect(received.keyId).toBe(derived.keyId);
  });

  test('derives HS256 keys whatever its own algorithm, and each one once', async () => {
    const root = await HmacKey.fromSecret(randomBytes(64), 'HS512');
    const [one, two] = await Promise.all([root.forAudience(audience), root.forAudience(audience)]);
    expect(one).toBe(two);
    expect(one.algorithm).toBe('HS256');
    expect((await root.forAudience(`${audience}2`)).keyId).not.toBe(one.keyId);
  });

  test('forgets derived keys when there are too many, and derives them again', async () => {
    const root = await HmacKey.fromSecret(secret);
    const first = await root.forAudience(audience);
    for (let at = 0; at < 1_024; at++) await root.forAudience(`audience-${at}`);
    const again = await root.forAudience(audience);
    expect(again).not.toBe(first);
    expect(again.keyId).toBe(first.keyId);
  });

  test('hands out derived keys alone', async () => {
    const root = await HmacKey.fromSecret(secret);
    expect(() => root.exportForVerifier()).toThrow(TypeError);
  });

  test('signs as node:crypto does', async () => {
    for (const [algorithm, hash] of [
      ['HS256', 'sha256'],
      ['HS384', 'sha384'],
      ['HS512', 'sha512'],
    ] as const) {
      const own = randomBytes(64);
      const key = await HmacKey.fromSecret(own, algorithm);
      const token = await key.sign('{"a":"ä"}');
      const [header, payload, signature] = token.split('.') as [string, string, string];
      expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
        alg: algorithm,
        typ: 'wid+jwt',
        kid: key.keyId,
      });
      expect(Buffer.from(payload, 'base64url').toString()).toBe('{"a":"ä"}');
      expect(createHmac(hash, own).update(`${header}.${payload}`).digest('base64url')).toBe(signature);
    }
  });

  test('keeps its own copy of the secret', async () => {
    const given = Buffer.from(secret);
    const key = await HmacKey.fromSecret(given);
    const before = (await key.forAudience(audience)).keyId;
    given.fill(0);
    const after = await key.forAudience('x');
    expect((await (await HmacKey.fromSecret(secret)).forAudience('x')).keyId).toBe(after.keyId);
    expect(before).toBe((await key.forAudience(audience)).keyId);
  });

  test.each(['', 'two words', 'ü', 'x'.repeat(2_049), undefined, null, 1])(
    'takes no audience like %j',
    async (wrong) => {
      const key = await HmacKey.fromSecret(secret);
      await expect(key.forAudience(wrong as never)).rejects.toThrow(TypeError);
      if (wrong !== undefined)
        await expect(HmacKey.fromSecret(secret, 'HS256', wrong as never)).rejects.toThrow(TypeError);
    },
  );
});

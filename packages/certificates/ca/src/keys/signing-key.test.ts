import { WorkloadIdentityError } from '@workload-identity/contract';
import { describe, expect, it } from 'vitest';
import { shown } from '../../test/support/canary.ts';
import { TestKey } from '../../test/support/scene.ts';
import type { CaAlgorithm, CaKey } from '../ca-key.ts';
import { memoryCaKey } from './memory.ts';
import { SigningKey } from './signing-key.ts';

const DATA = new TextEncoder().encode('to be signed');

describe('SigningKey', () => {
  it.each(['ECDSA_P256_SHA256', 'ECDSA_P384_SHA384', 'RSA_PSS_SHA256', 'Ed25519'] as const)(
    'passes a signature by the pinned key of %s and no other',
    async (algorithm) => {
      const inner = memoryCaKey({ algorithm });
      const key = new TestKey(inner);
      const signing = new SigningKey(key);
      expect((await signing.sign(DATA)).length).toBeGreaterThan(60);
      const wrong: readonly ((tbs: Uint8Array) => Promise<Uint8Array>)[] = [
        async (tbs) => memoryCaKey({ algorithm }).sign(tbs),
        async (tbs) => inner.sign(Uint8Array.of(...tbs, 0)),
        async (tbs) => (await inner.sign(tbs)).map((byte, at) => (at === 20 ? byte ^ 1 : byte)),
        async (tbs) => Uint8Array.of(...(await inner.sign(tbs)), 0),
        async () => new Uint8Array(),
        async () => new Uint8Array(64),
      ];
      for (const onSign of wrong) {
        key.onSign = onSign;
        await expect(signing.sign(DATA)).rejects.toMatchObject({
          code: 'key_invalid',
          message: expect.stringContaining(
            'kms alias/test returned a signature that is not by its public key',
          ),
        });
      }
      key.restore();
      await signing.sign(DATA);
      expect(key.fetches).toBe(1);
    },
  );

  it('refuses a key that was swapped behind its name after it was pinned', async () => {
    let inner = memoryCaKey();
    const key: CaKey = {
      name: 'kms alias/test',
      publicKey: () => inner.publicKey(),
      sign: (tbs) => inner.sign(tbs),
    };
    const signing = new SigningKey(key);
    await signing.sign(DATA);
    inner = memoryCaKey();
    await expect(signing.sign(DATA)).rejects.toMatchObject({ code: 'key_invalid' });
  });

  it('is not fooled by a key that alters what it was given', async () => {
    const inner = memoryCaKey();
    const key = new TestKey(inner);
    key.onSign = async (tbs) => {
      tbs.fill(7);
      return inner.sign(tbs);
    };
    await expect(new SigningKey(key).sign(DATA)).rejects.toMatchObject({ code: 'key_invalid' });
    expect(new TextDecoder().decode(DATA)).toBe('to be signed');
  });

  it.each([
    [
      'no public key',
      /is not a key on P-256/,
      async () => ({ spki: new Uint8Array(), algorithm: 'Ed25519' as CaAlgorithm }),
    ],
    [
      'another algorithm',
      /says Ed25519 of a key for ECDSA_P256_SHA256/,
      async (inner: CaKey) => ({ ...(await inner.publicKey()), algorithm: 'Ed25519' as CaAlgorithm }),
    ],
    [
      'bytes behind it',
      /is not encoded as certificates do/,
      async (inner: CaKey) => {
        const { spki, algorithm } = await inner.publicKey();
        return { spki: Uint8Array.of(...spki, 0), algorithm };
      },
    ],
  ])('refuses a public key with %s', async (_, message, publicKey) => {
    const inner = memoryCaKey();
    const signing = new SigningKey({
      name: 'odd',
      publicKey: () => publicKey(inner),
      sign: (tbs) => inner.sign(tbs),
    });
    await expect(signing.sign(DATA)).rejects.toMatchObject({ code: 'key_invalid' });
    await expect(signing.sign(DATA)).rejects.toThrow(message);
  });

  it('tells of a foreign error its kind alone, and passes an own one on', async () => {
    const key = new TestKey();
    const signing = new SigningKey(key);
    key.onSign = () =>
      Promise.reject(Object.assign(new Error('PIN 1234-canary wrong'), { code: 'CKR_PIN_INCORRECT' }));
    const error = await signing.sign(DATA).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'authority_unavailable',
      message: expect.stringContaining('kms alias/test failed (Error CKR_PIN_INCORRECT)'),
    });
    expect(shown(error)).not.toContain('canary');
    key.onSign = () => Promise.reject({ name: 'a name with a 1234-canary', code: 'x'.repeat(65) });
    expect(shown(await signing.sign(DATA).catch((thrown: unknown) => thrown))).not.toContain('canary');
    key.onSign = () => Promise.reject(undefined);
    await expect(signing.sign(DATA)).rejects.toMatchObject({ code: 'authority_unavailable' });
    const own = new WorkloadIdentityError('authority_unavailable', { detail: 'throttled' });
    key.onSign = () => Promise.reject(own);
    await expect(signing.sign(DATA)).rejects.toBe(own);
  });

  it('asks for the public key again after a failure', async () => {
    const inner = memoryCaKey();
    let fails = true;
    const signing = new SigningKey({
      name: 'slow',
      publicKey: async () => {
        if (fails) throw new Error('away');
        return inner.publicKey();
      },
      sign: (tbs) => inner.sign(tbs),
    });
    await expect(signing.sign(DATA)).rejects.toMatchObject({ code: 'authority_unavailable' });
    fails = false;
    await signing.sign(DATA);
  });

  it('throws TypeError for what is no CA key', () => {
    expect(() => new SigningKey({} as never)).toThrow(TypeError);
    expect(() => new SigningKey(undefined as never)).toThrow(TypeError);
  });
});

import { describe, expect, test } from 'vitest';
import { createPkcs11KeyPair } from './create-key-pair.ts';
import type { Pkcs11CaKeyOptions } from './options.ts';
import { pkcs11CaKey } from './pkcs11-ca-key.ts';

const good: Pkcs11CaKeyOptions = {
  module: '/usr/lib/softhsm/libsofthsm2.so',
  tokenLabel: 'workload',
  keyLabel: 'ca',
  pin: { env: 'HSM_PIN' },
};

describe('the options of a CA key in an HSM', () => {
  test('constructing does nothing but read them', () => {
    expect(pkcs11CaKey(good).name).toBe('pkcs11 workload/ca');
    const { tokenLabel: _, ...rest } = good;
    expect(pkcs11CaKey({ ...rest, slot: 7, keyId: 'a1' }).name).toBe('pkcs11 slot 7/ca');
  });

  const mistakes: [string, Record<string, unknown>][] = [
    ['no module', { module: undefined }],
    ['a module that the search path decides', { module: 'libsofthsm2.so' }],
    ['token and slot', { slot: 1 }],
    ['neither token nor slot', { tokenLabel: undefined }],
    ['a negative slot', { tokenLabel: undefined, slot: -1 }],
    ['a token label that is too long', { tokenLabel: 'x'.repeat(33) }],
    ['a token label with a line break', { tokenLabel: 'a\nb' }],
    ['neither label nor id', { keyLabel: undefined }],
    ['an id that is not hex', { keyId: 'xyz' }],
    ['half a byte', { keyId: 'abc' }],
    ['an algorithm that no token has', { algorithm: 'Ed25519' }],
    ['an option that does not exist', { pine: 1 }],
    ['no PIN', { pin: undefined }],
  ];
  test.each(mistakes)('%s is a mistake of the caller', (_what, change) => {
    expect(() => pkcs11CaKey({ ...good, ...change } as Pkcs11CaKeyOptions)).toThrow(TypeError);
  });

  test('a PIN in place of a reference is refused, and not repeated', () => {
    const misuse = { ...good, pin: 'canary-pin' as unknown as Pkcs11CaKeyOptions['pin'] };
    expect(() => pkcs11CaKey(misuse)).toThrow(/^`pin` is a reference: (?!.*canary)/);
  });

  test('a key pair needs a label', async () => {
    const { keyLabel: _, ...rest } = good;
    await expect(createPkcs11KeyPair({ ...rest, keyId: 'a1' } as never)).rejects.toThrow(
      '`keyLabel` is required',
    );
    await expect(createPkcs11KeyPair({ ...good, allowExtractableKey: true } as never)).rejects.toThrow(
      'not an option',
    );
  });
});

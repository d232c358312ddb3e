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
    ['a PIN that is nothing', { pin: null }],
    ['a module that is no text', { module: ['/usr/lib/softhsm/libsofthsm2.so'] }],
    ['a module of no text', { module: '' }],
    ['half a slot', { tokenLabel: undefined, slot: 1.5 }],
    ['an empty token label', { tokenLabel: '' }],
    ['an empty key label', { keyLabel: '' }],
    ['a key label with a line break', { keyLabel: 'a\nb' }],
    ['a key label that is too long', { keyLabel: 'x'.repeat(257) }],
    ['an id that is too long', { keyId: 'a1'.repeat(65) }],
    ['an empty id', { keyId: '' }],
  ];
  test.each(mistakes)('%s is a mistake of the caller', (_what, change) => {
    expect(() => pkcs11CaKey({ ...good, ...change } as Pkcs11CaKeyOptions)).toThrow(TypeError);
  });

  test('the longest label, token label and id are taken', () => {
    const longest = { keyLabel: 'x'.repeat(256), tokenLabel: 'y'.repeat(32), keyId: 'a1'.repeat(64) };
    expect(() => pkcs11CaKey({ ...good, ...longest })).not.toThrow();
  });

  test.each([undefined, null, 'ca', 7])('settings are an object, and not %j', async (settings) => {
    expect(() => pkcs11CaKey(settings as never)).toThrow('settings are required');
    await expect(createPkcs11KeyPair(settings as never)).rejects.toThrow('settings are required');
  });

  test('what stands on the prototype of the settings is not theirs', () => {
    const inherited = Object.create({ keyLabel: 'ca', allowExtractableKey: true }) as Pkcs11CaKeyOptions;
    const { keyLabel: _, ...rest } = good;
    expect(() => pkcs11CaKey(Object.assign(inherited, rest))).toThrow('give `keyLabel`');
  });

  test('a PIN in place of a reference is refused, and not repeated', () => {
    const misuse = { ...good, pin: 'canary-pin' as unknown as Pkcs11CaKeyOptions['pin'] };
    expect(() => pkcs11CaKey(misuse)).toThrow(/^`pin` is a reference: (?!.*canary)/);
  });

  test('labels and ids that look like ones are shown in the name of a key', () => {
    const { keyLabel: _, ...rest } = good;
    expect(pkcs11CaKey({ ...good, tokenLabel: 'Cloud HSM', keyLabel: 'workload-ca-2026' }).name).toBe(
      'pkcs11 Cloud HSM/workload-ca-2026',
    );
    const id = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';
    expect(pkcs11CaKey({ ...rest, keyId: id }).name).toBe(`pkcs11 workload/${id}`);
    expect(pkcs11CaKey({ ...rest, keyId: '01' }).name).toBe('pkcs11 workload/01');
  });

  test.each([
    '82640517',
    'hunter2hunter2',
    'correct horse battery staple',
    'correct-horse-battery-staple',
    'JBSWY3DPEHPK3PXP',
  ])('attack 56: a PIN in place of a label is not shown: %j', (canary) => {
    const { keyLabel: _, ...rest } = good;
    const ids = /^[0-9a-f]+$/.test(canary) ? [canary] : [];
    const keys = [
      pkcs11CaKey({ ...good, tokenLabel: canary }),
      pkcs11CaKey({ ...good, keyLabel: canary }),
      ...ids.map((keyId) => pkcs11CaKey({ ...rest, keyId })),
    ];
    for (const { name } of keys) {
      expect(name).toMatch(/^pkcs11 .*that is not shown/);
      expect(name).not.toContain(canary);
    }
    expect(pkcs11CaKey({ ...rest, keyId: '9f'.repeat(32) }).name).not.toContain('9f9f');
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

import { createPublicKey, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { inspect } from 'node:util';
import { isWorkloadIdentityError } from '@workload-identity/contract';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { failure } from '../test/failure.ts';
import { describeWithSoftHsm, PIN, readPin } from '../test/softhsm.ts';
import { createPkcs11KeyPair } from './create-key-pair.ts';
import { openModule } from './module.ts';
import type { Pkcs11CaKeyOptions } from './options.ts';
import { pkcs11CaKey } from './pkcs11-ca-key.ts';

const TBS = randomBytes(600);

describeWithSoftHsm('a CA key in an HSM, against SoftHSM', (hsm) => {
  const open: { close?(): Promise<void> }[] = [];
  const at = (keyLabel: string) => ({
    module: hsm.module,
    tokenLabel: 'main',
    keyLabel,
    pin: { env: 'PIN' },
    readSecret: readPin,
  });
  const keyAt = (keyLabel: string, options: Partial<Pkcs11CaKeyOptions> = {}) => {
    const key = pkcs11CaKey({ ...at(keyLabel), ...options });
    open.push(key);
    return key;
  };
  let slot = 0;

  beforeAll(() => {
    slot = hsm.createToken('main');
  });
  afterEach(async () => {
    for (const key of open.splice(0)) await key.close?.();
  });

  test.each([
    ['ECDSA_P256_SHA256', 'sha256', 'prime256v1'],
    ['ECDSA_P384_SHA384', 'sha384', 'secp384r1'],
  ] as const)('a key pair is created in the token and signs: %s', async (algorithm, hash, curve) => {
    const created = await createPkcs11KeyPair({ ...at(algorithm), algorithm });
    expect(created.algorithm).toBe(algorithm);
    expect(created.keyId).toMatch(/^[0-9a-f]{32}$/);
    const key = keyAt(algorithm);
    expect(await key.publicKey()).toEqual({ spki: created.spki, algorithm });
    const anyone = createPublicKey({ key: Buffer.from(created.spki), format: 'der', type: 'spki' });
    expect(anyone.asymmetricKeyDetails?.namedCurve).toBe(curve);
    // Enough of them to meet numbers with and without a leading zero.
    for (let round = 0; round < 50; round++) {
      const tbs = randomBytes(1 + 20 * round);
      expect(verify(hash, tbs, anyone, await key.sign(tbs))).toBe(true);
    }
  });

  test('a key is found by label, by id, by both, and in a numbered slot', async () => {
    const { keyId, spki } = await createPkcs11KeyPair(at('found'));
    const { module, pin, readSecret } = at('');
    const ways: Pkcs11CaKeyOptions[] = [
      at('found'),
      { ...at('found'), keyId },
      { module, pin, readSecret, tokenLabel: 'main', keyId: keyId.toUpperCase() },
      { module, pin, readSecret, slot, keyLabel: 'found' },
    ];
    for (const way of ways) {
      const key = pkcs11CaKey(way);
      open.push(key);
      expect((await key.publicKey()).spki).toEqual(spki);
      await key.sign(TBS);
    }
  });

  test('many signatures at once come out right, over one login', async () => {
    await createPkcs11KeyPair(at('busy'));
    const pins = vi.fn(readPin);
    const key = keyAt('busy', { readSecret: pins });
    const messages = Array.from({ length: 40 }, () => randomBytes(200));
    const signatures = await Promise.all(messages.map((message) => key.sign(message)));
    const { spki } = await key.publicKey();
    const anyone = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    for (const [index, message] of messages.entries())
      expect(verify('sha256', message, anyone, signatures[index] as Uint8Array)).toBe(true);
    expect(pins).toHaveBeenCalledTimes(1);
  });

  test('a changed copy of the public key changes nothing', async () => {
    await createPkcs11KeyPair(at('copies'));
    const key = keyAt('copies');
    (await key.publicKey()).spki.fill(0);
    expect((await key.publicKey()).spki[0]).toBe(0x30);
  });

  test('a label or an id that is taken is not given twice', async () => {
    const { keyId, spki } = await createPkcs11KeyPair(at('taken'));
    for (const options of [at('taken'), { ...at('fresh'), keyId }]) {
      const error = await failure(createPkcs11KeyPair(options));
      expect(isWorkloadIdentityError(error, 'key_invalid')).toBe(true);
      expect(error.message).toContain('exists already');
    }
    expect((await keyAt('taken').publicKey()).spki).toEqual(spki);
  });

  test('what is not there is named, with what is', async () => {
    const noKey = await failure(keyAt('nowhere').publicKey());
    expect(isWorkloadIdentityError(noKey, 'key_invalid')).toBe(true);
    expect(noKey.message).toContain('pkcs11 main/nowhere: the token has no private EC key of this name');

    const noToken = await failure(keyAt('busy', { tokenLabel: 'other' }).publicKey());
    expect(isWorkloadIdentityError(noToken, 'authority_unavailable')).toBe(true);
    expect(noToken.message).toContain('has no token with the label other; it has main');

    for (const module of ['/nonexistent.so', process.execPath, import.meta.filename]) {
      const noModule = await failure(keyAt('busy', { module }).publicKey());
      expect(isWorkloadIdentityError(noModule, 'config_invalid')).toBe(true);
      expect(noModule.message).toContain(`${module} is not a PKCS#11 module`);
    }

    const otherKind = await failure(keyAt('busy', { algorithm: 'ECDSA_P384_SHA384' }).publicKey());
    expect(isWorkloadIdentityError(otherKind, 'key_invalid')).toBe(true);
    expect(otherKind.message).toContain('is for ECDSA_P256_SHA256, and ECDSA_P384_SHA384 is configured');
  });

  test('two tokens of one label are not chosen between', async () => {
    for (let count = 0; count < 2; count++) hsm.createToken('double');
    // A running module does not see new tokens.
    for (const key of open.splice(0)) await key.close?.();
    const error = await failure(keyAt('busy', { tokenLabel: 'double' }).publicKey());
    expect(isWorkloadIdentityError(error, 'config_invalid')).toBe(true);
    expect(error.message).toContain('2 tokens');
    expect(error.message).toContain('name the slot');
  });

  test('a key that was imported is refused, unless that is said to be meant', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    hsm.importKey('main', 'imported', 'a1', privateKey);
    const error = await failure(keyAt('imported').sign(TBS));
    expect(isWorkloadIdentityError(error, 'key_invalid')).toBe(true);
    expect(error.message).toContain("is not the token's alone");
    expect(error.message).toContain('allowExtractableKey');
    const signature = await keyAt('imported', { allowExtractableKey: true }).sign(TBS);
    expect(verify('sha256', TBS, publicKey, signature)).toBe(true);
  });

  test('two keys of one name are told apart by their id, or not used', async () => {
    for (const id of ['b1', 'b2']) {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      hsm.importKey('main', 'twins', id, privateKey);
    }
    const error = await failure(keyAt('twins', { allowExtractableKey: true }).sign(TBS));
    expect(isWorkloadIdentityError(error, 'key_invalid')).toBe(true);
    expect(error.message).toContain('several private EC keys');
    const [first, second] = await Promise.all(
      ['b1', 'b2'].map((keyId) => keyAt('twins', { keyId, allowExtractableKey: true }).publicKey()),
    );
    expect(first).not.toEqual(second);
  });

  test('a curve that no verifier takes is refused', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-521' });
    hsm.importKey('main', 'p521', 'c1', privateKey);
    const error = await failure(keyAt('p521', { allowExtractableKey: true }).publicKey());
    expect(isWorkloadIdentityError(error, 'key_invalid')).toBe(true);
    expect(error.message).toContain('on a curve other than P-256 and P-384');
  });

  test('after close() nothing is signed, and another key of the process goes on', async () => {
    const [key, other] = [keyAt('busy'), keyAt('found')];
    await Promise.all([key.sign(TBS), other.sign(TBS)]);
    await key.close?.();
    await key.close?.();
    expect(isWorkloadIdentityError(await failure(key.sign(TBS)), 'closed')).toBe(true);
    await expect(other.sign(TBS)).resolves.toBeDefined();
    await other.close?.();
    await expect(keyAt('busy').sign(TBS)).resolves.toBeDefined();
  });

  test('with the last key the module is stopped', async () => {
    await createPkcs11KeyPair(at('last'));
    await keyAt('last').sign(TBS);
    const beside = await openModule(hsm.module);
    try {
      expect(beside.calls.C_GetInfo()).toBeDefined();
      for (const key of open.splice(0)) await key.close?.();
      // This test holds the module open without having started it.
      expect(beside.calls.C_GetInfo()).toBeDefined();
    } finally {
      beside.release();
    }
    const again = await openModule(hsm.module);
    try {
      expect(() => again.calls.C_GetInfo()).toThrow('CKR_CRYPTOKI_NOT_INITIALIZED');
    } finally {
      again.release();
    }
  });

  test('neither inspection nor JSON shows more than the name', async () => {
    const key = keyAt('busy');
    await key.sign(TBS);
    expect(JSON.parse(JSON.stringify(key))).toEqual({ name: 'pkcs11 main/busy' });
    const shown = inspect(key, { depth: 20, showHidden: true });
    expect(shown).toContain('pkcs11 main/busy');
    expect(shown).not.toContain(PIN);
  });
});

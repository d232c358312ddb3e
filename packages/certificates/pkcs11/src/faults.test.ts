import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { inspect } from 'node:util';
import { type ErrorCode, isWorkloadIdentityError } from '@workload-identity/contract';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { failure } from '../test/failure.ts';
import { OpenKeys } from '../test/open-keys.ts';
import { describeWithSoftHsm, PIN, readPin } from '../test/softhsm.ts';
import { createPkcs11KeyPair } from './create-key-pair.ts';
import { openModule, type Pkcs11Module } from './module.ts';

const TBS = randomBytes(600);
const CKR = {
  DEVICE_ERROR: '30',
  DEVICE_REMOVED: '32',
  PIN_INCORRECT: 'a0',
  PIN_LOCKED: 'a4',
  SESSION_HANDLE_INVALID: 'b3',
  SESSION_COUNT: 'b1',
  TOKEN_NOT_PRESENT: 'e0',
  FUNCTION_FAILED: '6',
};

describeWithSoftHsm('faults of an HSM, through a module that does harm', (hsm) => {
  const keys = new OpenKeys(hsm);
  let beside: Pkcs11Module;
  const ready = async () => {
    const key = keys.with();
    await key.sign(TBS);
    return key;
  };

  beforeAll(async () => {
    hsm.createToken('main');
    await createPkcs11KeyPair({ ...keys.options, keyLabel: 'ca' });
    // The same module by its own path: what it does behind the key's back is done to the key.
    beside = await openModule(hsm.module);
  });
  afterEach(() => keys.close());
  afterAll(() => beside?.release());

  test('a session that was closed behind its back is opened again, PIN and all', async () => {
    const pins = vi.fn(readPin);
    const key = keys.with({ readSecret: pins });
    await key.sign(TBS);
    for (const slot of beside.calls.C_GetSlotList(true)) beside.calls.C_CloseAllSessions(slot);
    await expect(key.sign(TBS)).resolves.toBeDefined();
    expect(pins).toHaveBeenCalledTimes(2);
  });

  test('a login that ended is made again', async () => {
    const key = await ready();
    const [slot] = beside.calls.C_GetSlotList(true);
    const session = beside.calls.C_OpenSession(slot as Buffer, beside.library.CKF_SERIAL_SESSION);
    beside.calls.C_Logout(session);
    beside.calls.C_CloseSession(session);
    await expect(key.sign(TBS)).resolves.toBeDefined();
  });

  test('a module that was stopped is started again', async () => {
    const key = await ready();
    beside.calls.C_Finalize();
    await expect(key.sign(TBS)).resolves.toBeDefined();
  });

  const passing: [string, string][] = [
    ['the session is invalid', `fail C_SignInit ${CKR.SESSION_HANDLE_INVALID} 1`],
    ['the device was removed', `fail C_Sign ${CKR.DEVICE_REMOVED} 1`],
    ['the device was removed and needs a start of the module', `fail C_Sign ${CKR.DEVICE_REMOVED} 2`],
    ['the token was not present', `fail C_SignInit ${CKR.TOKEN_NOT_PRESENT} 2`],
  ];
  test.each(passing)('what passes is overcome in one call: %s', async (_what, rule) => {
    const key = await ready();
    hsm.fault(rule);
    await expect(key.sign(TBS)).resolves.toBeDefined();
  });

  const lasting: [string, string, ErrorCode, string][] = [
    [
      'device gone',
      `fail C_SignInit ${CKR.DEVICE_REMOVED} 99`,
      'authority_unavailable',
      'Check that the HSM is connected',
    ],
    [
      'device error at login',
      `fail C_OpenSession ${CKR.DEVICE_ERROR} 99`,
      'authority_unavailable',
      'its client is configured (CKR_DEVICE_ERROR)',
    ],
    [
      'no sessions left',
      `fail C_OpenSession ${CKR.SESSION_COUNT} 99`,
      'authority_unavailable',
      'no room for another session',
    ],
    [
      'PIN locked',
      `fail C_Login ${CKR.PIN_LOCKED} 99`,
      'authority_unavailable',
      'security officer sets a new one',
    ],
    ['last try at the PIN', 'final-try', 'authority_unavailable', 'so none was tried'],
    [
      'the token fails',
      `fail C_Login ${CKR.FUNCTION_FAILED} 99`,
      'authority_unavailable',
      'the token failed (CKR_FUNCTION_FAILED)',
    ],
    ['no ECDSA', 'no-ecdsa', 'key_invalid', 'neither CKM_ECDSA nor CKM_ECDSA_SHA256'],
    ['altered signature', 'alter', 'key_invalid', 'It was not used'],
    ['short signature', 'short', 'key_invalid', 'It was not used'],
    ['extractable', 'attribute 162 01', 'key_invalid', 'it can be taken out of the token (CKA_EXTRACTABLE)'],
    ['not sensitive', 'attribute 103 00', 'key_invalid', 'it can be read from the token (CKA_SENSITIVE)'],
    [
      'once extractable',
      'attribute 164 00',
      'key_invalid',
      'could once be taken out (CKA_NEVER_EXTRACTABLE)',
    ],
    ['once not sensitive', 'attribute 165 00', 'key_invalid', 'could once be read (CKA_ALWAYS_SENSITIVE)'],
    [
      'extractable or not: unknown',
      'attribute 164 none',
      'key_invalid',
      'the token does not say (CKA_NEVER_EXTRACTABLE)',
    ],
    ['not for signing', 'attribute 108 00', 'key_invalid', 'may not sign (CKA_SIGN)'],
    ['PIN at every signature', 'attribute 202 01', 'key_invalid', 'CKA_ALWAYS_AUTHENTICATE'],
    [
      'a point off the curve',
      `attribute 181 0441${'04'.padEnd(130, '7')}`,
      'key_invalid',
      'public key object on the token is damaged',
    ],
    ['no point', 'attribute 181 none', 'key_invalid', 'public key object on the token is damaged'],
  ];
  test.each(lasting)('what lasts tells the operator what to do: %s', async (_what, rule, code, advice) => {
    const key = keys.with();
    hsm.fault(rule);
    const error = await failure(key.sign(TBS));
    expect(isWorkloadIdentityError(error, code)).toBe(true);
    expect(error.message).toContain(advice);
    hsm.fault();
    await expect(key.sign(TBS), 'it goes on when the fault is gone').resolves.toBeDefined();
  });

  test('what lets a key out is not waived, what says it may have been out is', async () => {
    hsm.fault('attribute 164 00');
    await expect(keys.with({ allowExtractableKey: true }).sign(TBS)).resolves.toBeDefined();
    hsm.fault('attribute 108 00');
    await expect(keys.with({ allowExtractableKey: true }).sign(TBS)).rejects.toThrow('CKA_SIGN');
  });

  test('a token that hashes by itself is given the certificate, not its hash', async () => {
    hsm.fault('hashing');
    const key = await ready();
    const { spki } = await key.publicKey();
    const anyone = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    expect(verify('sha256', TBS, anyone, await key.sign(TBS))).toBe(true);
  });

  test('a token that leaves the wrapping of the point off is understood', async () => {
    const { spki } = await (await ready()).publicKey();
    hsm.fault(`attribute 181 ${Buffer.from(spki).subarray(-65).toString('hex')}`);
    expect((await keys.with().publicKey()).spki).toEqual(spki);
  });

  test('the public key is found by the id of the private key, whatever it is called', async () => {
    await createPkcs11KeyPair({ ...keys.options, keyLabel: 'renamed' });
    const pinned = await keys.with({ keyLabel: 'renamed' }).publicKey();
    const { calls, library } = beside;
    const [slot] = calls.C_GetSlotList(true);
    const flags = library.CKF_SERIAL_SESSION | library.CKF_RW_SESSION;
    const session = calls.C_OpenSession(slot as Buffer, flags);
    calls.C_FindObjectsInit(session, [
      { type: library.CKA_CLASS, value: library.CKO_PUBLIC_KEY },
      { type: library.CKA_LABEL, value: 'renamed' },
    ]);
    const [object] = calls.C_FindObjects(session, 1);
    calls.C_FindObjectsFinal(session);
    calls.C_SetAttributeValue(session, object as Buffer, [{ type: library.CKA_LABEL, value: 'public half' }]);
    calls.C_CloseSession(session);
    const key = keys.with({ keyLabel: 'renamed' });
    expect(await key.publicKey()).toEqual(pinned);
    await expect(key.sign(TBS)).resolves.toBeDefined();
  });

  test('a key that is another one after a restart of the token is not signed with', async () => {
    const other = await createPkcs11KeyPair({ ...keys.options, keyLabel: 'other' });
    const key = await ready();
    const pinned = await key.publicKey();
    hsm.fault(`attribute 181 0441${Buffer.from(other.spki).subarray(-65).toString('hex')}`);
    for (const slot of beside.calls.C_GetSlotList(true)) beside.calls.C_CloseAllSessions(slot);
    const error = await failure(key.sign(TBS));
    expect(isWorkloadIdentityError(error, 'key_invalid')).toBe(true);
    expect(error.message).toContain('another key than when it was first used');
    expect(await key.publicKey()).toEqual(pinned);
  });

  test('a wrong PIN is tried once, and never again by the same key', async () => {
    const wrong = vi.fn(async () => 'canary-wrong-pin');
    const key = keys.with({ readSecret: wrong });
    for (const call of [() => key.publicKey(), () => key.sign(TBS), () => key.sign(TBS)]) {
      const error = await failure(call());
      expect(isWorkloadIdentityError(error, 'config_invalid')).toBe(true);
      expect(error.message).toContain('Tokens lock after a few wrong ones');
      expect(error.message).toContain('does not try it again');
      expect(inspect(error, { depth: 20, showHidden: true }) + error.stack).not.toContain('canary');
    }
    expect(wrong).toHaveBeenCalledTimes(1);
  });

  test('a PIN that is not there is not a wrong PIN', async () => {
    const { readSecret: _, ...rest } = keys.options;
    const key = keys.open({ ...rest, pin: { env: 'WORKLOAD_IDENTITY_TEST_PIN' } });
    const error = await failure(key.sign(TBS));
    expect(isWorkloadIdentityError(error, 'secret_unavailable')).toBe(true);
    expect(error.message).toContain('WORKLOAD_IDENTITY_TEST_PIN');
    vi.stubEnv('WORKLOAD_IDENTITY_TEST_PIN', PIN);
    await expect(key.sign(TBS)).resolves.toBeDefined();
  });

  test('a key pair that the token does not keep to itself is destroyed again', async () => {
    for (const rule of ['attribute 162 01', `fail C_GenerateKeyPair ${CKR.DEVICE_ERROR} 9`]) {
      hsm.fault(rule);
      const error = await failure(createPkcs11KeyPair({ ...keys.options, keyLabel: 'leaky' }));
      expect(isWorkloadIdentityError(error)).toBe(true);
      hsm.fault();
      const gone = await failure(keys.with({ keyLabel: 'leaky', allowExtractableKey: true }).publicKey());
      expect(gone.message).toContain('no private EC key of this name');
    }
    await expect(createPkcs11KeyPair({ ...keys.options, keyLabel: 'leaky' })).resolves.toBeDefined();
  });

  test('no PIN is in any error', async () => {
    for (const rule of lasting.map(([, rule]) => rule)) {
      hsm.fault(rule);
      for (const call of [
        keys.with().sign(TBS),
        createPkcs11KeyPair({ ...keys.options, keyLabel: 'never' }),
      ]) {
        const error = await call.then(
          () => undefined,
          (error: unknown) => error as Error,
        );
        expect(inspect(error, { depth: 20, showHidden: true }) + error?.stack).not.toContain('canary');
      }
      hsm.fault();
    }
  });
});

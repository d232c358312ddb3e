import { randomBytes } from 'node:crypto';
import { isWorkloadIdentityError } from '@workload-identity/contract';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { failure } from '../test/failure.ts';
import { OpenKeys } from '../test/open-keys.ts';
import { describeWithSoftHsm, readPin } from '../test/softhsm.ts';
import { createPkcs11KeyPair } from './create-key-pair.ts';
import { openModule, type Pkcs11Module } from './module.ts';
import type { Pkcs11CaKeyOptions } from './options.ts';

const TBS = randomBytes(600);
const DEVICE_REMOVED = '32';
const FUNCTION_FAILED = '6';
const READ_WRITE = 0x2;
const OS_LOCKING = 0x2;
const SPACED = ' pin with spaces ';

describeWithSoftHsm('what is begun with a token and ended, seen by its module', (hsm) => {
  const keys = new OpenKeys(hsm);
  let beside: Pkcs11Module;
  const changes = async (work: () => Promise<unknown>) => {
    const before = hsm.state();
    await work();
    const after = hsm.state();
    return { starts: after.starts - before.starts, stops: after.stops - before.stops };
  };

  beforeAll(async () => {
    hsm.createToken('main');
    hsm.createToken('second');
    hsm.createToken('spaced', SPACED);
    await createPkcs11KeyPair({ ...keys.options, keyLabel: 'ca' });
    beside = await openModule(hsm.module);
  });
  afterEach(() => keys.close());
  afterAll(() => beside?.release());

  test('one session serves any number of signatures, reads only, and ends with the key', async () => {
    const key = keys.with();
    for (let count = 0; count < 3; count++) await key.sign(TBS);
    expect(hsm.state()).toMatchObject({ sessions: 1, startFlags: OS_LOCKING });
    expect(hsm.state().sessionFlags & READ_WRITE).toBe(0);
    const other = keys.with();
    await other.sign(TBS);
    await key.close?.();
    expect(hsm.state().sessions).toBe(1);
    expect(await changes(async () => other.close?.())).toEqual({ starts: 0, stops: 1 });
  });

  const failing: [string, string, Partial<Pkcs11CaKeyOptions>][] = [
    ['a login that failed', `fail C_Login ${FUNCTION_FAILED} 1`, {}],
    ['a key that is not there', '', { keyLabel: 'nowhere' }],
    ['a signature that failed', `fail C_Sign ${FUNCTION_FAILED} 1`, {}],
    ['a search that failed', `fail C_GetAttributeValue ${FUNCTION_FAILED} 1`, {}],
  ];
  test.each(failing)('no session is left behind by %s', async (_what, rule, change) => {
    const holder = keys.with();
    await holder.sign(TBS);
    const { sessions } = hsm.state();
    hsm.fault(rule);
    await failure(keys.with(change).sign(TBS));
    expect(hsm.state().sessions).toBe(sessions);
  });

  test('creating a key pair writes in one session, and ends it, whether it works or not', async () => {
    const holder = keys.with();
    await holder.sign(TBS);
    const { sessions } = hsm.state();
    await createPkcs11KeyPair({ ...keys.options, keyLabel: 'created' });
    expect(hsm.state().sessionFlags & READ_WRITE).toBe(READ_WRITE);
    expect(hsm.state().sessions).toBe(sessions);
    await failure(createPkcs11KeyPair({ ...keys.options, keyLabel: 'created' }));
    expect(hsm.state().sessions).toBe(sessions);
  });

  test('creating a key pair starts the module and stops it, and tells of a failure in our words', async () => {
    await createPkcs11KeyPair({ ...keys.options, keyLabel: 'alone' });
    // Nobody else had loaded it, so it counts from here.
    expect(hsm.state()).toMatchObject({ starts: 1, stops: 1, sessions: 0 });
    hsm.fault(`fail C_Login ${FUNCTION_FAILED} 1`);
    const error = await failure(createPkcs11KeyPair({ ...keys.options, keyLabel: 'never' }));
    expect(isWorkloadIdentityError(error, 'authority_unavailable')).toBe(true);
  });

  test('the module is started again only where a new session did not help', async () => {
    const key = keys.with();
    await key.sign(TBS);
    for (const [count, starts] of [
      [1, 0],
      [2, 1],
    ] as const) {
      hsm.fault(`fail C_SignInit ${DEVICE_REMOVED} ${count}`);
      expect(await changes(() => key.sign(TBS))).toEqual({ starts, stops: starts });
    }
    for (const one of beside.calls.C_GetSlotList(true)) beside.calls.C_CloseAllSessions(one);
    hsm.fault(`fail C_Login ${FUNCTION_FAILED} 1`);
    expect(await changes(() => failure(key.sign(TBS)))).toEqual({ starts: 0, stops: 0 });
  });

  test('what is no loss is not attempted again', async () => {
    const pins = vi.fn(readPin);
    const key = keys.with({ readSecret: pins });
    hsm.fault(`fail C_SignInit ${FUNCTION_FAILED} 1`);
    await expect(key.sign(TBS)).rejects.toThrow('CKR_FUNCTION_FAILED');
    expect(pins).toHaveBeenCalledTimes(1);
  });

  test('a module that somebody else started is never stopped', async () => {
    beside.calls.C_Initialize();
    try {
      const key = keys.with();
      await key.sign(TBS);
      hsm.fault(`fail C_SignInit ${DEVICE_REMOVED} 99`);
      const gone = await changes(() => failure(key.sign(TBS)));
      const closed = await changes(async () => key.close?.());
      expect([gone, closed]).toEqual([
        { starts: 0, stops: 0 },
        { starts: 0, stops: 0 },
      ]);
      expect(beside.calls.C_GetInfo()).toBeDefined();
    } finally {
      beside.calls.C_Finalize();
    }
  });

  test('a module that somebody else stopped is let go all the same', async () => {
    const key = keys.with();
    await key.sign(TBS);
    beside.calls.C_Finalize();
    await expect(key.close?.()).resolves.toBeUndefined();
    await expect(keys.with().sign(TBS)).resolves.toBeDefined();
  });

  test('a module that does not start says why', async () => {
    hsm.fault(`fail C_Initialize ${FUNCTION_FAILED} 9`);
    await expect(keys.with().sign(TBS)).rejects.toThrow('the token failed (CKR_FUNCTION_FAILED)');
  });

  test('a module that was given back is unloaded', async () => {
    const module = await openModule(hsm.faulty);
    module.release();
    expect(() => module.calls.C_GetInfo()).toThrow('not loaded');
  });

  test('a token is found by its whole label, whatever else is there', async () => {
    hsm.fault('unreadable second');
    await expect(keys.with().sign(TBS)).resolves.toBeDefined();
    const error = await failure(keys.with({ tokenLabel: 'mai' }).sign(TBS));
    expect(isWorkloadIdentityError(error, 'authority_unavailable')).toBe(true);
    expect(error.message).toContain('has no token with the label mai');
  });

  test.each(['\n', '\r\n', ''])('of a PIN only a line feed at its end is dropped: %j', async (end) => {
    const place = { tokenLabel: 'spaced', readSecret: async () => SPACED + end };
    const keyLabel = `ca${end.length}`;
    await createPkcs11KeyPair({ ...keys.options, ...place, keyLabel });
    await expect(keys.with({ ...place, keyLabel }).sign(TBS)).resolves.toBeDefined();
  });
});

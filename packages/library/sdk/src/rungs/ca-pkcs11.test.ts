import { createRootCertificate } from '@workload-identity/ca';
import { createPkcs11KeyPair, pkcs11CaKey } from '@workload-identity/pkcs11';
import { expect, it, onTestFinished, vi } from 'vitest';
import { describeWithSoftHsm, PIN, type SoftHsm } from '../../../../certificates/pkcs11/test/softhsm.ts';
import { under } from '../../test/ca.ts';
import { BILLING, codeOf, ORDERS, open, openScene, watch } from '../../test/scene.ts';
import type { IdentityOptions } from '../index.ts';

interface Refusal {
  readonly code: string;
  readonly message: string;
}

describeWithSoftHsm('a CA key in an HSM, through PKCS#11', (hsm: SoftHsm) => {
  /** Makes a token with a CA key, and its certificate, as an operator does once. */
  async function ca(token: string) {
    vi.stubEnv('HSM_PIN', PIN);
    hsm.createToken(token);
    const where = { module: hsm.module, tokenLabel: token, keyLabel: 'workload-ca', pin: { env: 'HSM_PIN' } };
    await createPkcs11KeyPair(where);
    const key = pkcs11CaKey(where);
    const { pem } = await createRootCertificate(key, { trustDomain: 'prod.example.com' });
    await key.close?.();
    return pem;
  }

  function orders(file: string, token: string, options: IdentityOptions = {}) {
    const key = { pkcs11: { module: hsm.module, token, label: 'workload-ca', pin: { env: 'HSM_PIN' } } };
    const verify = { bundle: { file }, audiences: [BILLING] };
    return open({ workload: ORDERS, sign: { rung: 'ca', key }, verify }, options);
  }

  it('signs leaves through configuration alone', async () => {
    const file = openScene().bundle([under(await ca('orders'))]);
    const identity = orders(file, 'orders');
    const { token } = await identity.mint({ audience: BILLING });
    expect(await identity.verify(token)).toMatchObject({ subject: ORDERS, rung: 'ca' });
    const before = identity.status().signer?.keys[0]?.keyId;
    expect((await identity.reload()).signer).toMatchObject({ state: 'current', keys: [{ keyId: before }] });
    expect(await codeOf(identity.mint({ audience: BILLING }))).toBe('none');
  });

  it('is tried with a wrong PIN once, and then only when it is told to, so that the token is not locked', async () => {
    const file = openScene().bundle([under(await ca('locked'))]);
    const wrong = 'canary-wrong-pin';
    const vault = { pin: wrong, reads: 0 };
    const readSecret = async () => {
      vault.reads++;
      return vault.pin;
    };
    let now = Date.now();
    const identity = orders(file, 'locked', { readSecret, clock: () => now });
    const told: unknown[] = [watch('leaf'), watch('signer')];
    for (let time = 0; time < 12; time++) {
      const failure = await identity.ready().catch(({ code, message }: Refusal) => ({ code, message }));
      expect(failure).toMatchObject({ code: 'config_invalid', message: expect.stringContaining('PIN') });
      told.push(failure);
      now += 120_000;
    }
    expect([vault.reads, (told[0] as unknown[]).length]).toEqual([1, 12]);
    vault.pin = PIN;
    expect((await identity.reload()).signer?.state).toBe('current');
    expect(await codeOf(identity.verify(await identity.tokenFor(BILLING)))).toBe('none');
    const text = JSON.stringify([told, identity.status()]);
    for (const canary of [PIN, wrong]) expect(text).not.toContain(canary);
  });

  it('says what to do about a token and a module that are not there', async () => {
    vi.stubEnv('HSM_PIN', PIN);
    onTestFinished(() => void vi.stubEnv('HSM_PIN', undefined));
    const file = openScene().bundle([]);
    await expect(orders(file, 'nobody').ready()).rejects.toMatchObject({
      code: 'authority_unavailable',
      message: expect.stringContaining('has no token with the label nobody'),
    });
    const pkcs11 = { module: '/nonexistent/hsm.so', token: 't', label: 'l', pin: { env: 'HSM_PIN' } };
    const sign = { rung: 'ca', key: { pkcs11 } } as const;
    const missing = open({ workload: ORDERS, sign, verify: { bundle: { file } } });
    await expect(missing.ready()).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('/nonexistent/hsm.so is not a PKCS#11 module'),
    });
  });
});

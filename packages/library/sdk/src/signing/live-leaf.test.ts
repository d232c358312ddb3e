import { chmodSync, renameSync, rmSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type CaFiles, createCa, createIntermediate, replace, under } from '../../test/ca.ts';
import { start } from '../../test/child.ts';
import { BILLING, codeOf, nextEvent, ORDERS, open, openScene, watch } from '../../test/scene.ts';
import { secret } from '../../test/secrets.ts';
import type { IdentityOptions } from '../index.ts';

const TO_BILLING = { audience: BILLING };
const HOUR = 3_600_000;

interface Setting {
  /** Whether the certificate is configured; otherwise it is found in the bundle. */
  readonly certificate?: boolean;
  readonly options?: IdentityOptions;
  readonly pollInterval?: string;
}

/** Orders signs under a CA in files, `ca.key` and `ca.crt`; billing verifies. Another CA, `next`, stands by. */
async function services({ certificate = true, options = {}, pollInterval = '0s' }: Setting = {}) {
  const scene = openScene();
  const [ca, next] = [await createCa(scene, 'ca'), await createCa(scene, 'next')];
  const bundle = { file: scene.bundle([under(ca.pem)]) };
  const sign = { rung: 'ca', key: ca.key, ...(certificate && { certificate: ca.certificate }) } as const;
  const verify = { bundle, pollInterval };
  const orders = open({ workload: ORDERS, sign, verify }, options);
  const billing = open({ workload: BILLING, verify: { bundle, leeway: '60s' } }, options);
  const trust = async (sequence: number, ...trusted: readonly CaFiles[]) => {
    scene.bundle([under(...trusted.map(({ pem }) => pem))], { sequence });
    await billing.reload();
  };
  const move = (part: 'key' | 'certificate') => replace(scene, ca[part].file, next[part].file);
  const verified = async () => codeOf(billing.verify((await orders.mint(TO_BILLING)).token));
  return { scene, ca, next, orders, billing, trust, move, verified };
}

const keyIdOf = (identity: ReturnType<typeof open>) => identity.status().signer?.keys[0]?.keyId;

describe('CA rotation, by files alone', () => {
  it.each([
    ['with the certificate configured', true],
    ['with the certificate found in the bundle', false],
  ])('goes over to a new CA without one refused token, %s', async (_, certificate) => {
    const { ca, next, orders, billing, trust, move, verified } = await services({ certificate });
    const old = (await orders.mint(TO_BILLING)).token;
    const before = keyIdOf(orders);
    expect(await codeOf(billing.verify(old))).toBe('none');

    await trust(2, ca, next);
    await orders.reload();
    expect(keyIdOf(orders)).toBe(before);
    expect([await verified(), await codeOf(billing.verify(old))]).toEqual(['none', 'none']);

    move('key');
    if (certificate) move('certificate');
    const { signer } = await orders.reload();
    expect(signer?.state).toBe('current');
    expect(keyIdOf(orders)).not.toBe(before);
    expect([await verified(), await codeOf(billing.verify(old))]).toEqual(['none', 'none']);

    await trust(3, next);
    expect([await verified(), await codeOf(billing.verify(old))]).toEqual(['none', 'chain_untrusted']);
  });

  it('signs on under the old CA while the new one is in no bundle, and goes over once it is', async () => {
    const { ca, next, orders, trust, move, verified } = await services({ certificate: false });
    await orders.ready();
    const before = keyIdOf(orders);
    const events = watch('signer');
    move('key');
    const { signer } = await orders.reload();
    expect(signer).toMatchObject({
      state: 'stale',
      keys: [{ keyId: before }],
      error: { code: 'config_invalid' },
    });
    expect(signer?.error?.message).toContain('no anchor of the trust bundle is for the CA key');
    expect(await verified()).toBe('none');
    await trust(2, ca, next);
    expect((await orders.reload()).signer?.state).toBe('current');
    expect(keyIdOf(orders)).not.toBe(before);
    expect(await verified()).toBe('none');
    expect(events).toMatchObject([
      { outcome: 'refused', code: 'config_invalid' },
      { outcome: 'loaded', rung: 'ca' },
    ]);
  });

  it('takes key and certificate together, however they are replaced one after the other', async () => {
    const { ca, next, orders, billing, trust, move } = await services();
    await trust(2, ca, next);
    await orders.ready();
    const before = keyIdOf(orders);
    move('certificate');
    const halfway = await orders.reload();
    expect(halfway.signer).toMatchObject({ state: 'stale', keys: [{ keyId: before }] });
    expect(halfway.signer?.error?.message).toContain('is not for the CA key');
    move('key');
    expect((await orders.reload()).signer?.state).toBe('current');
    expect(keyIdOf(orders)).not.toBe(before);
    await trust(3, next);
    expect(await codeOf(billing.verify(await orders.tokenFor(BILLING)))).toBe('none');
  });

  it('renews under the last good key while the files do not fit together', async () => {
    let now = Date.now();
    const { orders, move, verified } = await services({ options: { clock: () => now, random: () => 0 } });
    await orders.ready();
    const before = keyIdOf(orders);
    move('certificate');
    await orders.reload();
    now += 6.1 * HOUR;
    await orders.mint(TO_BILLING);
    await vi.waitFor(() => expect(keyIdOf(orders)).not.toBe(before));
    expect(orders.status().signer?.state).toBe('stale');
    expect(await verified()).toBe('none');
  });

  it('follows the files in the configured interval', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const { ca, next, orders, trust, move } = await services({ pollInterval: '30s' });
    await trust(2, ca, next);
    await orders.ready();
    const before = keyIdOf(orders);
    move('key');
    move('certificate');
    const renewed = nextEvent('leaf');
    vi.advanceTimersByTime(29_999);
    expect(keyIdOf(orders)).toBe(before);
    vi.advanceTimersByTime(1);
    expect(await renewed).toMatchObject({ outcome: 'renewed' });
    await vi.waitFor(() => expect(keyIdOf(orders)).not.toBe(before));
    await orders.close();
  });

  it('asks for no new leaf when nothing has changed, however often it looks', async () => {
    const { scene, orders } = await services();
    await orders.ready();
    const [leaves, signers] = [watch('leaf'), watch('signer')];
    const before = keyIdOf(orders);
    for (let time = 0; time < 5; time++) await orders.reload();
    replace(scene, scene.path('ca.crt'), scene.path('ca.crt'));
    replace(scene, scene.path('ca.key'), scene.path('ca.key'));
    await orders.reload();
    expect([keyIdOf(orders), leaves]).toEqual([before, []]);
    expect(signers.every((event) => (event as { outcome: string }).outcome === 'loaded')).toBe(true);
  });

  it('follows a renewed certificate of the same key, so that leaves do not end with the one before', async () => {
    let now = Date.now();
    const scene = openScene();
    const ca = await createCa(scene, 'ca', { lifetime: 86_400 });
    const { createRootCertificate } = await import('@workload-identity/ca');
    const renewed = await createRootCertificate(ca.caKey, {
      trustDomain: 'prod.example.com',
      commonName: 'again',
    });
    const verify = { bundle: { file: scene.bundle([under(ca.pem)]) } };
    const orders = open(
      { workload: ORDERS, sign: { rung: 'ca', key: ca.key }, verify },
      { clock: () => now },
    );
    await orders.ready();
    scene.bundle([under(ca.pem, renewed.pem)], { sequence: 2 });
    await orders.reload();
    now += 20 * HOUR;
    await orders.mint(TO_BILLING);
    expect(orders.status().signer?.keys[0]?.notAfter).toBeGreaterThan(now / 1000 + 11 * 3_600);
  });

  it('moves an intermediate to another root', async () => {
    const scene = openScene();
    const [first, second] = [await createCa(scene, 'first'), await createCa(scene, 'second')];
    const ca = await createIntermediate(scene, 'ca', first);
    const next = await createIntermediate(scene, 'next', second);
    const verify = { bundle: { file: scene.bundle([under(first.pem, second.pem)]) } };
    const sign = { rung: 'ca', key: ca.key, certificate: ca.certificate } as const;
    const orders = open({ workload: ORDERS, sign, verify: { ...verify, audiences: [BILLING] } });
    expect(await codeOf(orders.verify((await orders.mint(TO_BILLING)).token))).toBe('none');
    replace(scene, ca.key.file, next.key.file);
    replace(scene, ca.certificate.file, next.certificate.file);
    scene.bundle([under(second.pem)], { sequence: 2 });
    expect((await orders.reload()).signer?.state).toBe('current');
    expect(await codeOf(orders.verify((await orders.mint(TO_BILLING)).token))).toBe('none');
  });
});

describe('an outage of the CA key', () => {
  it('leaves the service signing while the file is gone, says so, and stops a new one with the reason', async () => {
    const { scene, ca, orders, verified } = await services();
    await orders.ready();
    const before = keyIdOf(orders);
    const events = watch('signer');
    rmSync(ca.key.file);
    await orders.reload();
    const { signer } = await orders.reload();
    expect(signer).toMatchObject({
      state: 'stale',
      keys: [{ state: 'active', keyId: before }],
      error: { code: 'secret_unavailable' },
    });
    expect(signer?.error?.message).toContain(`${ca.key.file} cannot be read: ENOENT`);
    expect(events).toMatchObject([{ outcome: 'refused', rung: 'ca', code: 'secret_unavailable' }]);
    expect(await verified()).toBe('none');
    const sign = { rung: 'ca', key: ca.key, certificate: ca.certificate } as const;
    const restarted = open({ workload: ORDERS, sign });
    await expect(restarted.ready()).rejects.toMatchObject({
      code: 'secret_unavailable',
      message: expect.stringContaining(`${ca.key.file} cannot be read: ENOENT`),
    });
    expect(scene.path('ca.key')).toBe(ca.key.file);
  });

  it('is over when the file is back', async () => {
    const { scene, ca, orders } = await services();
    await orders.ready();
    const before = keyIdOf(orders);
    renameSync(ca.key.file, scene.path('away'));
    expect((await orders.reload()).signer?.state).toBe('stale');
    renameSync(scene.path('away'), ca.key.file);
    expect((await orders.reload()).signer).toMatchObject({ state: 'current', keys: [{ keyId: before }] });
  });

  it('keeps the last good key while the file holds something else', async () => {
    const { scene, ca, orders, verified } = await services();
    await orders.ready();
    chmodSync(scene.write('junk', secret()), 0o600);
    replace(scene, ca.key.file, scene.path('junk'));
    expect((await orders.reload()).signer?.error?.code).toBe('key_invalid');
    expect(await verified()).toBe('none');
  });

  it('ends with the leaf: then nothing signs, and the status says why', async () => {
    let now = Date.now();
    const { orders } = await services({ options: { clock: () => now } });
    await orders.ready();
    now += 11 * 365 * 24 * HOUR;
    expect(await codeOf(orders.mint(TO_BILLING))).toBe('signer_unavailable');
    const { signer } = orders.status();
    expect(signer).toMatchObject({ state: 'empty', keys: [], error: { code: 'issuance_refused' } });
  });
});

describe('close()', () => {
  it('ends timers, and what is under way', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { orders, billing } = await services({ pollInterval: '5s' });
    await orders.ready();
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    await Promise.all([orders.close(), billing.close()]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('during a reload does not end the process', async () => {
    const { key, certificate } = await createCa(openScene(), 'ca');
    const configuration = { workload: ORDERS, sign: { rung: 'ca', key, certificate } };
    const code = `
      import { identity } from '@workload-identity/sdk';
      identity.status();
      process.emit('SIGHUP');
      // It has begun, and loads what it needs.
      for (let turn = 0; turn < 5; turn++) await null;
      await identity.close();
      setImmediate(() => console.log('goes on'));
    `;
    const child = start(code, { WORKLOAD_IDENTITY_CONFIG: JSON.stringify(configuration) });
    expect(await child.line()).toBe('goes on');
    expect(await child.ended).toBe(0);
  });

  it('during the start leaves nothing behind', async () => {
    const { orders } = await services();
    const starting = codeOf(orders.ready());
    await orders.close();
    expect(await starting).toBe('closed');
  });
});

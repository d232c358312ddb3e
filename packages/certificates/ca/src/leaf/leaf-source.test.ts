import { spawnSync } from 'node:child_process';
import { WorkloadIdentityError } from '@workload-identity/contract';
import { describe, expect, it } from 'vitest';
import { BILLING, ORDERS, openLeaf, openScene } from '../../test/support/scene.ts';
import { START } from '../../test/support/time.ts';
import { createLeafSource } from './leaf-source.ts';
import { retryTime } from './schedule.ts';

const HOUR = 3_600;
const down = (): Promise<never> =>
  Promise.reject(new WorkloadIdentityError('authority_unavailable', { detail: 'kms is away' }));

describe('createLeafSource', () => {
  it('obtains a leaf once for all who wait', async () => {
    const scene = await openScene();
    const { leaf, close } = openLeaf(scene);
    expect(leaf.status()).toEqual({ state: 'empty', failures: 0 });
    const signers = await Promise.all(Array.from({ length: 50 }, () => leaf.signerFor([BILLING])));
    await Promise.all([leaf.ready(), leaf.ready()]);
    expect(new Set(signers).size).toBe(1);
    expect(scene.key.signatures).toBe(1);
    close();
  });

  it('renews at half the life, by its timer, on a new key each time', async () => {
    const scene = await openScene();
    const { leaf, events, close } = openLeaf(scene, { lifetime: 12 * HOUR });
    await leaf.ready();
    const first = leaf.status();
    expect(first).toMatchObject({
      state: 'current',
      notAfter: START + 12 * HOUR,
      nextAttempt: START + 6 * HOUR,
    });
    await scene.time.advance(6 * HOUR - 1);
    expect(leaf.status().keyId).toBe(first.keyId);
    await scene.time.advance(1);
    const second = leaf.status();
    expect(second.keyId).not.toBe(first.keyId);
    expect(second).toMatchObject({ state: 'current', notAfter: START + 18 * HOUR });
    await scene.time.advance(24 * HOUR);
    expect(scene.key.signatures).toBe(6);
    expect(events.map(({ outcome }) => outcome)).toEqual(Array(6).fill('renewed'));
    expect(new Set(events.map(({ keyId }) => keyId)).size).toBe(6);
    close();
    expect(scene.time.waiting).toBe(0);
  });

  it('makes a new key for every leaf', async () => {
    const scene = await openScene();
    const keys = new Set<string>();
    const inner = scene.authority.issuerFor(ORDERS);
    const issuer = {
      name: 'spy',
      issue: async (request: Parameters<typeof inner.issue>[0]) => {
        const { readCertificateRequest } = await import('../request/read-request.ts');
        keys.add(Buffer.from(readCertificateRequest(request.csr).publicKey.spki).toString('hex'));
        return inner.issue(request);
      },
    };
    const { leaf, close } = openLeaf(scene, { issuer });
    await leaf.renew();
    await leaf.renew();
    await leaf.renew();
    expect(keys.size).toBe(3);
    close();
  });

  it('spreads renewals: up to a tenth of the life earlier', async () => {
    const scene = await openScene();
    const early = openLeaf(scene, { random: () => 1 });
    await early.leaf.ready();
    expect(early.leaf.status().nextAttempt).toBe(START + 0.4 * 12 * HOUR);
    early.close();
  });

  it('renews at signing where its timer did not run', async () => {
    const scene = await openScene();
    const { leaf, close } = openLeaf(scene);
    await leaf.ready();
    const { keyId } = leaf.status();
    scene.time.jump(7 * HOUR);
    const signer = await leaf.signerFor([BILLING]);
    expect(signer.keyId).toBe(keyId);
    await scene.time.settle();
    expect(leaf.status().keyId).not.toBe(keyId);
    expect(scene.key.signatures).toBe(2);
    close();
  });

  it('signs on with the current leaf while the CA key is away, says so, and stops at the end of the leaf', async () => {
    const scene = await openScene();
    const { leaf, events, minter, close } = openLeaf(scene);
    await leaf.ready();
    const { keyId, notAfter } = leaf.status();
    scene.key.onSign = down;
    await scene.time.advance(6 * HOUR);
    expect(leaf.status()).toMatchObject({ state: 'stale', keyId, notAfter, failures: 1 });
    expect(leaf.status().error).toMatchObject({ code: 'authority_unavailable' });
    expect(events.at(-1)).toMatchObject({
      outcome: 'failed',
      workload: ORDERS,
      keyId,
      notAfter,
      code: 'authority_unavailable',
    });
    expect(events.at(-1)?.message).toContain('kms is away');
    await scene.time.advance(6 * HOUR - 1.5);
    const last = await minter.mint({ audience: BILLING });
    expect(last).toMatchObject({ keyId, expiresAt: notAfter });

    await scene.time.advance(1.5);
    await expect(minter.mint({ audience: BILLING })).rejects.toMatchObject({
      code: 'signer_unavailable',
      message: expect.stringContaining('ended at 2026-01-01T12:00:00Z'),
      cause: { code: 'authority_unavailable' },
    });
    expect(leaf.status()).toMatchObject({ state: 'expired', keyId });
    expect(events.filter(({ outcome }) => outcome === 'expired')).toHaveLength(1);

    scene.key.restore();
    await scene.time.advance(60);
    expect(leaf.status()).toMatchObject({ state: 'current', failures: 0 });
    expect(leaf.status().error).toBeUndefined();
    expect((await minter.mint({ audience: BILLING })).keyId).not.toBe(keyId);
    close();
  });

  it('backs off: from 1 second, doubling, to 60 at most, each spread over its upper half', () => {
    const waits = (random: number) => [1, 2, 3, 4, 5, 6, 7, 8, 100_000].map((n) => retryTime(0, n, random));
    expect(waits(1)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(waits(0)).toEqual([0.5, 1, 2, 4, 8, 16, 30, 30, 30]);
  });

  it('does not press a CA that is away: attempts over an outage are counted', async () => {
    const scene = await openScene();
    scene.key.onSign = down;
    const { leaf, events, close } = openLeaf(scene, { random: () => 1 });
    await expect(leaf.ready()).rejects.toMatchObject({ code: 'signer_unavailable' });
    for (let call = 0; call < 100; call++) {
      await expect(async () => leaf.signerFor([BILLING])).rejects.toMatchObject({
        code: 'signer_unavailable',
      });
    }
    expect(scene.key.signatures).toBe(1);
    await scene.time.advance(HOUR);
    // 1, 2, 4, 8, 16, 32 seconds, and then one each minute.
    expect(scene.key.signatures).toBe(1 + 6 + Math.floor((HOUR - 63) / 60));
    expect(events.every(({ outcome }) => outcome === 'failed')).toBe(true);
    expect(leaf.status()).toMatchObject({ state: 'empty', failures: scene.key.signatures });
    scene.key.restore();
    await scene.time.advance(60);
    expect(leaf.status().state).toBe('current');
    close();
  });

  it('gives up on an authority that does not answer, and tries again', async () => {
    const scene = await openScene();
    const { leaf, events, close } = openLeaf(scene);
    await leaf.ready();
    const { keyId } = leaf.status();
    scene.key.onSign = () => new Promise(() => undefined);
    scene.time.hangs = true;
    await scene.time.advance(6 * HOUR);
    expect(leaf.status().failures).toBe(0);
    await scene.time.advance(29);
    await new Promise((resolve) => setImmediate(resolve));
    expect(leaf.status()).toMatchObject({ state: 'stale', keyId, failures: 1 });
    expect(events.at(-1)?.message).toContain('did not answer within 29 seconds');
    scene.key.restore();
    scene.time.hangs = false;
    await scene.time.advance(60);
    expect(leaf.status().state).toBe('current');
    close();
  });

  it('takes a clock that went back before the start of its leaf for a reason to renew', async () => {
    const scene = await openScene();
    const { leaf, close } = openLeaf(scene);
    await scene.time.advance(3 * HOUR);
    await leaf.ready();
    const { keyId } = leaf.status();
    scene.time.jump(-HOUR);
    const signer = await leaf.signerFor([BILLING]);
    expect(signer.keyId).not.toBe(keyId);
    expect(signer.notAfter).toBe(START + 14 * HOUR);
    close();
  });

  it('tries again although the clock went back behind the last failure', async () => {
    const scene = await openScene();
    scene.key.onSign = down;
    const { leaf, close } = openLeaf(scene);
    await scene.time.advance(10 * HOUR);
    await expect(leaf.ready()).rejects.toMatchObject({ code: 'signer_unavailable' });
    scene.key.restore();
    scene.time.jump(-9 * HOUR);
    await leaf.ready();
    close();
  });

  it('renews on demand, and says why it could not', async () => {
    const scene = await openScene();
    const { leaf, close } = openLeaf(scene);
    await leaf.ready();
    const { keyId } = leaf.status();
    await leaf.renew();
    expect(leaf.status().keyId).not.toBe(keyId);
    scene.key.onSign = down;
    await expect(leaf.renew()).rejects.toMatchObject({ code: 'authority_unavailable' });
    expect((await leaf.signerFor([BILLING])).keyId).toBe(leaf.status().keyId);
    close();
  });

  it('ends with close: nothing waits, nothing signs, and an attempt under way comes to nothing', async () => {
    const scene = await openScene();
    const { leaf, events, close } = openLeaf(scene);
    const starting = leaf.ready();
    close();
    await expect(starting).rejects.toMatchObject({ code: 'closed' });
    expect(leaf.status()).toEqual({ state: 'closed', failures: 0 });
    expect(() => leaf.signerFor([BILLING])).toThrow(expect.objectContaining({ code: 'closed' }));
    await expect(leaf.ready()).rejects.toMatchObject({ code: 'closed' });
    await expect(leaf.renew()).rejects.toMatchObject({ code: 'closed' });
    expect(events).toEqual([]);
    expect(scene.time.waiting).toBe(0);
  });

  it('says nothing of an attempt that fails after close', async () => {
    const scene = await openScene();
    const { leaf, events, close } = openLeaf(scene);
    let fail = (_: Error): void => undefined;
    const asked = new Promise<void>((resolve) => {
      scene.key.onSign = () =>
        new Promise((_, reject) => {
          fail = reject;
          resolve();
        });
    });
    const starting = leaf.ready();
    await asked;
    close();
    fail(new Error('too late'));
    await expect(starting).rejects.toMatchObject({ code: 'closed' });
    expect(events).toEqual([]);
    expect(leaf.status()).toEqual({ state: 'closed', failures: 0 });
    expect(scene.time.waiting).toBe(0);
  });

  it('sleeps on where its timer runs ahead of its clock', async () => {
    const scene = await openScene();
    const calls: { callback: () => void; milliseconds: number }[] = [];
    const timers = {
      set: (callback: () => void, milliseconds: number) => calls.push({ callback, milliseconds }),
      clear: () => undefined,
    };
    const { leaf, close } = openLeaf(scene, { timers });
    await leaf.ready();
    const { keyId } = leaf.status();
    const renewal = calls.at(-1);
    expect(renewal?.milliseconds).toBe(6 * HOUR * 1000);
    scene.time.jump(6 * HOUR - 5);
    renewal?.callback();
    expect(calls.at(-1)?.milliseconds).toBe(5_000);
    expect(leaf.status().keyId).toBe(keyId);
    expect(scene.key.signatures).toBe(1);
    close();
  });

  it('does not keep the process alive', () => {
    const script = `
      import { createCertificateAuthority, createLeafSource, createRootCertificate, memoryCaKey } from '${new URL('../index.ts', import.meta.url)}';
      const key = memoryCaKey();
      const { pem } = await createRootCertificate(key, { trustDomain: 'example.org' });
      const authority = createCertificateAuthority({ key, trustDomain: 'example.org', anchors: [pem] });
      const workload = 'spiffe://example.org/a';
      const leaf = createLeafSource({ workload, issuer: authority.issuerFor(workload) });
      await leaf.ready();
      console.log(leaf.status().state);`;
    const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'current\n' });
  });

  it.each([
    ['an option there is not', { tiemout: 3 }, /tiemout/],
    ['a lifetime of a minute less a second', { lifetime: 59 }, /lifetime/],
    ['a lifetime of more than 7 days', { lifetime: 604_801 }, /lifetime/],
    ['a timeout of 0', { timeout: 0 }, /timeout/],
    ['another usage', { usage: 'tls' }, /usage/],
    ['a workload that is none', { workload: 'orders' }, /workload/],
    ['a token service that speaks for itself', { workload: 'https://sts.prod.example.com' }, /issuer/],
    ['no issuer', { issuer: undefined }, /issuer/],
  ])('refuses %s', async (_, options, message) => {
    const scene = await openScene();
    const issuer = scene.authority.issuerFor(ORDERS);
    expect(() => createLeafSource({ workload: ORDERS, issuer, ...options } as never)).toThrow(TypeError);
    expect(() => createLeafSource({ workload: ORDERS, issuer, ...options } as never)).toThrow(message);
  });
});

import { readFileSync } from 'node:fs';
import { AsymmetricKey } from '@workload-identity/core';
import { describe, expect, it } from 'vitest';
import { BILLING, codeOf, ORDERS, open, openScene, shared, watch } from '../test/scene.ts';
import { privateKey, secret } from '../test/secrets.ts';

/** Orders signs with a private key; billing trusts what its bundle file says. */
async function services(options = {}) {
  const scene = openScene();
  const text = privateKey().pem;
  const { publicJwk, keyId } = await AsymmetricKey.parse(text);
  const authority = (subject: string) =>
    ({ rung: 'asymmetric', issuer: ORDERS, subjects: [subject], keys: [publicJwk] }) as const;
  const file = scene.bundle([authority(ORDERS)]);
  const orders = open({
    workload: ORDERS,
    sign: { rung: 'asymmetric', key: { file: scene.write('key', text) } },
  });
  const billing = open({ workload: BILLING, verify: { bundle: { file } } }, options);
  return { scene, authority, keyId, orders, billing };
}

describe('attack 23: a key that left the bundle', () => {
  it('is refused by the next verification after the reload, a cached token included', async () => {
    const { scene, orders, billing } = await services();
    const token = await orders.tokenFor(BILLING);
    await billing.verify(token);
    const cached = watch('verify');
    await billing.verify(token);
    expect(cached).toMatchObject([{ outcome: 'accepted', cached: true }]);
    scene.bundle([], { sequence: 2 });
    await billing.reload();
    expect(await codeOf(billing.verify(token))).toBe('key_unknown');
  });

  it('is refused when it is denied by name, a cached token included', async () => {
    const { scene, authority, keyId, orders, billing } = await services();
    const token = await orders.tokenFor(BILLING);
    await billing.verify(token);
    scene.bundle([authority(ORDERS)], { sequence: 2, denied: { keys: [keyId] } });
    await billing.reload();
    expect(await codeOf(billing.verify(token))).toBe('denied');
  });

  it('does not come back with an older bundle', async () => {
    const { scene, authority, orders, billing } = await services();
    const token = await orders.tokenFor(BILLING);
    scene.bundle([], { sequence: 7 });
    await billing.ready();
    scene.bundle([authority(ORDERS)], { sequence: 6 });
    const { bundle } = await billing.reload();
    expect(bundle).toMatchObject({ state: 'stale', sequence: 7, error: { code: 'bundle_invalid' } });
    expect(await codeOf(billing.verify(token))).toBe('key_unknown');
  });

  it('is refused when its shared secret was replaced', async () => {
    const scene = openScene();
    const key = { file: scene.write('secret', secret()) };
    const bundle = { file: scene.bundle([shared(key.file)]) };
    const both = open({
      workload: ORDERS,
      sign: { rung: 'hmac', key },
      verify: { bundle, audiences: [BILLING] },
    });
    const token = await both.tokenFor(BILLING);
    await both.verify(token);
    scene.write('secret', secret());
    await both.reload();
    expect(await codeOf(both.verify(token))).toBe('key_unknown');
  });
});

describe('attack 52: a bundle that changes during verifications', () => {
  const ROUNDS = 100;
  const EACH = 100;

  it('gives each of 10000 verifications the one bundle or the other, never a mixture', async () => {
    const { scene, authority, keyId, orders, billing } = await services();
    const tokens = await Promise.all(
      Array.from({ length: 10 }, async () => (await orders.mint({ audience: BILLING })).token),
    );
    await billing.ready();
    // The key of the one bundle with the denials of the other would be `denied`.
    const trusting = (sequence: number) => scene.bundle([authority(ORDERS)], { sequence });
    const refusing = (sequence: number) =>
      scene.bundle([authority(`${BILLING}/*`)], { sequence, denied: { keys: [keyId] } });
    const verdicts: Record<string, number> = {};
    for (let round = 0; round < ROUNDS; round++) {
      const calls: Promise<string>[] = [];
      (round % 2 === 0 ? refusing : trusting)(round + 2);
      const reloading = billing.reload();
      for (let call = 0; call < EACH; call++) {
        calls.push(codeOf(billing.verify(tokens[call % tokens.length] as string)));
        // Let the reload get on between the verifications.
        if (call % 10 === 9) await new Promise(setImmediate);
      }
      for (const verdict of await Promise.all(calls)) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
      await reloading;
    }
    const { none = 0, subject_not_allowed = 0, ...others } = verdicts;
    expect(others).toEqual({});
    expect(none + subject_not_allowed).toBe(ROUNDS * EACH);
    expect(Math.min(none, subject_not_allowed)).toBeGreaterThan(ROUNDS);
  });

  it.each([
    ['cut short', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['of another trust domain', (text: string) => text.replaceAll('prod.example.com', 'test.example.com')],
    ['without what it must have', () => '{"version": 1, "trustDomain": "prod.example.com"}'],
  ])('keeps the bundle in force while the file is %s, and publishes an event', async (_, spoil) => {
    const { scene, authority, orders, billing } = await services();
    const token = await orders.tokenFor(BILLING);
    await billing.verify(token);
    const seen = watch('bundle');
    const good = readFileSync(scene.path('bundle.json'), 'utf8');
    scene.write('bundle.json', spoil(good));
    expect((await billing.reload()).bundle).toMatchObject({
      state: 'stale',
      sequence: 1,
      error: { code: 'bundle_invalid' },
    });
    expect(seen).toMatchObject([{ outcome: 'refused', code: 'bundle_invalid' }]);
    expect((await billing.verify(token)).subject).toBe(ORDERS);
    expect((await billing.verify((await orders.mint({ audience: BILLING })).token)).subject).toBe(ORDERS);
    scene.bundle([authority(ORDERS)], { sequence: 2 });
    expect((await billing.reload()).bundle).toMatchObject({ state: 'current', sequence: 2 });
    expect(seen).toMatchObject([{ outcome: 'refused' }, { outcome: 'loaded', sequence: 2 }]);
  });
});

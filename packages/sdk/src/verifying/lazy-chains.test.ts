import { describe, expect, it } from 'vitest';
import { createCa, under } from '../../test/ca.ts';
import { BILLING, codeOf, ORDERS, open, openScene, shared, watch } from '../../test/scene.ts';
import { secret } from '../../test/secrets.ts';

/** Orders signs under a CA; billing trusts what its bundle file says. */
async function services() {
  const scene = openScene();
  const ca = await createCa(scene, 'ca');
  const file = scene.bundle([under(ca.pem)]);
  const sign = { rung: 'ca', key: ca.key, certificate: ca.certificate } as const;
  const orders = open({ workload: ORDERS, sign });
  const time = { now: Date.now() };
  const billing = open({ workload: BILLING, verify: { bundle: { file } } }, { clock: () => time.now });
  return { scene, ca, orders, billing, time };
}

describe('a bundle with a broken anchor', () => {
  const cut = (pem: string) => pem.replace(/\n[^\n]+\n-----END/, '\n-----END');

  it('is refused, named, and leaves the one before in force', async () => {
    const { scene, ca, orders, billing } = await services();
    const token = await orders.tokenFor(BILLING);
    await billing.verify(token);
    const events = watch('bundle');
    scene.bundle([under(ca.pem), under(ca.pem, cut(ca.pem))], { sequence: 2 });
    const { bundle } = await billing.reload();
    expect(bundle).toMatchObject({ state: 'stale', sequence: 1, error: { code: 'bundle_invalid' } });
    expect(bundle?.error?.message).toContain('anchor 2 of ca authority 2 (spiffe://prod.example.com/*)');
    expect(events).toMatchObject([{ outcome: 'refused', code: 'bundle_invalid' }]);
    expect((await billing.verify(token)).subject).toBe(ORDERS);
    expect((await billing.verify((await orders.mint({ audience: BILLING })).token)).rung).toBe('ca');
  });

  it.each([
    ['is cut short', async (_: unknown, pem: string) => cut(pem)],
    [
      'is a leaf',
      async (scene: ReturnType<typeof openScene>, pem: string) => {
        const identity = open({
          workload: ORDERS,
          sign: {
            rung: 'ca',
            key: { file: scene.path('ca.key') },
            certificate: { file: scene.path('ca.crt') },
          },
        });
        const header = (await identity.mint({ audience: BILLING })).token.split('.')[0] as string;
        const [leaf = ''] = JSON.parse(Buffer.from(header, 'base64url').toString()).x5c;
        const lines = leaf.match(/.{1,64}/g)?.join('\n');
        expect(pem).toContain('BEGIN CERTIFICATE');
        return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
      },
    ],
  ])('stops a service that starts with it: one that %s', async (_, spoil) => {
    const scene = openScene();
    const ca = await createCa(scene, 'ca');
    const file = scene.bundle([under(await spoil(scene, ca.pem))]);
    const billing = open({ workload: BILLING, verify: { bundle: { file } } });
    await expect(billing.ready()).rejects.toMatchObject({
      code: 'bundle_invalid',
      message: expect.stringContaining('anchor 1 of ca authority 1'),
    });
    expect(await codeOf(billing.verify('a.b.c'))).toBe('bundle_unavailable');
  });
});

describe('tokens of the ca rung', () => {
  it('attack 10: are refused where the bundle has no authority of that rung, or another one', async () => {
    const { scene, orders, billing } = await services();
    const token = await orders.tokenFor(BILLING);
    scene.bundle([shared(scene.write('secret', secret()))]);
    expect(await codeOf(billing.verify(token))).toBe('chain_untrusted');
    const other = await createCa(scene, 'other');
    scene.bundle([under(other.pem)], { sequence: 2 });
    await billing.reload();
    expect(await codeOf(billing.verify(token))).toBe('chain_untrusted');
  });

  it('make a verifier look for the anchor it does not know yet, without a reload by hand', async () => {
    const { scene, ca, orders, billing, time } = await services();
    scene.bundle([]);
    await billing.ready();
    const token = await orders.tokenFor(BILLING);
    expect(await codeOf(billing.verify(token))).toBe('chain_untrusted');
    scene.bundle([under(ca.pem)], { sequence: 2 });
    time.now += 5_000;
    expect((await billing.verify(token)).subject).toBe(ORDERS);
  });

  it('attack 23: are refused when their anchor has left the bundle, their leaf is denied, or their authority has ended', async () => {
    const { scene, ca, orders, billing, time } = await services();
    const token = await orders.tokenFor(BILLING);
    const leaf = orders.status().signer?.keys[0]?.keyId as string;
    await billing.verify(token);
    scene.bundle([under(ca.pem)], { sequence: 2, denied: { keys: [leaf] } });
    await billing.reload();
    expect(await codeOf(billing.verify(token))).toBe('denied');
    const notAfter = `${new Date(time.now - 1_000).toISOString().slice(0, 19)}Z`;
    scene.bundle([{ ...under(ca.pem), notAfter }], { sequence: 3 });
    await billing.reload();
    expect(await codeOf(billing.verify(token))).toBe('authority_expired');
    scene.bundle([], { sequence: 4 });
    await billing.reload();
    expect(await codeOf(billing.verify(token))).toBe('chain_untrusted');
  });

  it('are verified beside those of the lower rungs, each by its own authority', async () => {
    const { scene, ca, orders, billing } = await services();
    const key = { file: scene.write('secret', secret()) };
    scene.bundle([shared(key.file), under(ca.pem)]);
    const lower = open({ workload: ORDERS, sign: { rung: 'hmac', key } });
    const tokens = [await orders.tokenFor(BILLING), await lower.tokenFor(BILLING)];
    const callers = await Promise.all(tokens.map((token) => billing.verify(token)));
    expect(callers.map(({ rung, subject }) => [rung, subject])).toEqual([
      ['ca', ORDERS],
      ['hmac', ORDERS],
    ]);
  });

  it('keep to the subjects of their authority', async () => {
    const { scene, ca, orders, billing } = await services();
    scene.bundle([{ ...under(ca.pem), subjects: ['spiffe://prod.example.com/reports'] }]);
    expect(await codeOf(billing.verify(await orders.tokenFor(BILLING)))).toBe('subject_not_allowed');
  });
});

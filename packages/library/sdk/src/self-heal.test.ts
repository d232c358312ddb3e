import { readSecret } from '@workload-identity/core';
import { describe, expect, it } from 'vitest';
import { BILLING, codeOf, ORDERS, open, openScene, shared } from '../test/scene.ts';
import { secret } from '../test/secrets.ts';

const START = Date.parse('2026-01-31T12:00:00Z');

/** Two services on one shared secret file; the reads of each are counted. */
function services() {
  const scene = openScene();
  const key = { file: scene.write('secret', secret()) };
  const verify = { bundle: { file: scene.bundle([shared(key.file)]) } };
  const time = { now: START };
  const reads = { orders: 0, billing: 0 };
  const service = (name: 'orders' | 'billing', workload: string) =>
    open(
      { workload, sign: { rung: 'hmac', key }, verify },
      {
        clock: () => time.now,
        readSecret: (reference) => {
          reads[name]++;
          return readSecret(reference);
        },
      },
    );
  return { scene, time, reads, orders: service('orders', ORDERS), billing: service('billing', BILLING) };
}

describe('a rotated secret', () => {
  it('heals itself: a token that names an unknown key makes its verifier read again, and is accepted', async () => {
    const { scene, orders, billing } = services();
    await billing.verify(await orders.tokenFor(BILLING));
    scene.write('secret', secret());
    await orders.reload();
    const { token } = await orders.mint({ audience: BILLING });
    expect((await billing.verify(token)).subject).toBe(ORDERS);
  });

  it('heals the signer of that verifier too: its next token is signed with the new secret', async () => {
    const { scene, orders, billing } = services();
    await Promise.all([orders.ready(), billing.ready()]);
    scene.write('secret', secret());
    await orders.reload();
    const { token, keyId } = await orders.mint({ audience: BILLING });
    await billing.verify(token);
    expect((await billing.mint({ audience: ORDERS })).keyId).toBe(keyId);
  });

  it('keeps tokens of the old secret alive while the bundle still holds it', async () => {
    const { scene, orders, billing } = services();
    const held = await orders.tokenFor(BILLING);
    await billing.verify(held);
    const old = scene.write('old', await readSecret({ file: scene.path('secret') }));
    scene.write('secret', secret());
    scene.bundle([shared(scene.path('secret'), old)], { sequence: 2 });
    await Promise.all([orders.reload(), billing.reload()]);
    expect(await orders.tokenFor(BILLING)).toBe(held);
    expect((await billing.verify(held)).keyId).not.toBe((await orders.mint({ audience: BILLING })).keyId);
  });

  it('makes a flood of unknown keys cost two reads in five seconds, one for the bundle and one for the signer', async () => {
    const { time, reads, billing } = services();
    const elsewhere = services();
    await billing.ready();
    reads.billing = 0;
    const codes = new Set<string>();
    for (let second = 0; second < 10; second++) {
      const tokens = await Promise.all(
        Array.from({ length: 50 }, () => elsewhere.orders.mint({ audience: BILLING })),
      );
      for (const code of await Promise.all(tokens.map(({ token }) => codeOf(billing.verify(token))))) {
        codes.add(code);
      }
      time.now += 1_000;
    }
    expect([...codes]).toEqual(['key_unknown']);
    expect(reads.billing).toBe(4);
  });
});

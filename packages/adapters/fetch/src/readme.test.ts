import { SampleRunner } from '@workload-identity/adapter-suite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ORDERS = 'spiffe://prod.example.com/orders';

describe('the samples of the README run as they stand there', () => {
  let samples: SampleRunner;
  beforeEach(async () => {
    samples = await SampleRunner.open(new URL('../', import.meta.url));
  });
  afterEach(() => samples.close());

  test('`orders` calls a server on Hono', async () => {
    await samples.serve('hono.mjs');
    expect(await samples.call('orders.mjs', ['billing.write'])).toBe('201 {"charged":true}\n');
    expect(await samples.call('orders.mjs', [])).toMatch(/^403 /);
    expect((await fetch(`${samples.url}/whoami`)).status).toBe(401);
    const response = await fetch(`${samples.url}/whoami`, { headers: await samples.credentials() });
    expect(await response.json()).toEqual({ caller: ORDERS });
  });

  test('and a server on plain Node', async () => {
    await samples.serve('node.mjs');
    expect(await samples.call('orders.mjs', [])).toBe(`200 {"caller":"${ORDERS}"}\n`);
    expect((await fetch(samples.url)).status).toBe(401);
    const twice = new Headers(await samples.credentials());
    twice.append('authorization', 'Bearer x');
    expect((await fetch(samples.url, { headers: twice })).status).toBe(400);
  });
});

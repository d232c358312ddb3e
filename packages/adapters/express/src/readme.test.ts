import { SampleRunner } from '@workload-identity/adapter-suite';
import { afterEach, beforeEach, expect, test } from 'vitest';

let samples: SampleRunner;
beforeEach(async () => {
  samples = await SampleRunner.open(new URL('../', import.meta.url));
});
afterEach(() => samples.close());

test('the server of the README runs as it stands there', async () => {
  await samples.serve('server.mjs');
  const whoami = (headers = {}) => fetch(`${samples.url}/whoami`, { headers });
  const charge = async (roles: string[]) =>
    fetch(`${samples.url}/charges`, { method: 'POST', headers: await samples.credentials(roles) });

  expect((await whoami()).status).toBe(401);
  expect(await (await whoami(await samples.credentials())).json()).toEqual({
    caller: 'spiffe://prod.example.com/orders',
  });
  expect((await charge(['billing.read'])).status).toBe(403);
  expect((await charge(['billing.write'])).status).toBe(201);
});

test('a route with options of its own, before the rest, runs as it stands there', async () => {
  await samples.serve('status.mjs');
  const status = async (headers = {}) => (await fetch(`${samples.url}/status`, { headers })).json();

  expect(await status()).toEqual({ caller: 'nobody' });
  expect(await status(await samples.credentials())).toEqual({ caller: 'spiffe://prod.example.com/orders' });
  expect((await fetch(`${samples.url}/status`, { headers: { authorization: 'Bearer x' } })).status).toBe(401);
  expect((await fetch(samples.url)).status).toBe(401);
});

import { SampleRunner } from '@workload-identity/adapter-suite';
import { afterAll, beforeAll, expect, test } from 'vitest';

let samples: SampleRunner;
beforeAll(async () => {
  samples = await SampleRunner.open(new URL('../', import.meta.url));
  await samples.serve('server.mjs');
});
afterAll(() => samples.close());

test('the sample of the README runs as it stands there', async () => {
  const whoami = (headers = {}) => fetch(`${samples.url}/whoami`, { headers });
  const charge = async (roles: string[]) =>
    fetch(`${samples.url}/charges`, { method: 'POST', headers: await samples.credentials(roles) });

  expect((await whoami()).status).toBe(401);
  expect(await (await whoami(await samples.credentials())).json()).toEqual({
    caller: 'spiffe://prod.example.com/orders',
  });
  expect((await charge(['billing.read'])).status).toBe(403);
  expect((await charge(['billing.write'])).status).toBe(201);
  expect((await fetch(`${samples.url}/healthz`)).status).toBe(200);
});

import { describe, expect, it } from 'vitest';
import { captured } from '../captured.ts';
import { bearer, type Harness } from '../harness.ts';
import { WORKLOADS } from '../names.ts';
import type { RawRequest } from '../raw-http.ts';
import type { World } from '../world.ts';

const CANARY = 'Canary0123456789';
const LONG = CANARY.repeat(400);
const MANY = Array.from({ length: 300 }, (_, at): [string, string] => [`${CANARY}-${at}`, '']);

// An answer has a status line, the headers of the framework, and a body of a fixed text.
const LONGEST_ANSWER = 1_000;
// Two events at most tell of one request, and each of them its code.
const LONGEST_EVENTS = 1_000;

/** A place of a request that a stranger fills, and a request that has something long there. */
const PLACES: readonly [string, Partial<RawRequest>][] = [
  ['the method', { method: CANARY.toUpperCase() }],
  ['the path', { path: `/${LONG}` }],
  ['the query', { path: `/secret?${LONG}=${LONG}` }],
  ['the host', { path: `http://${LONG}.example/secret` }],
  ['the name of a header', { headers: [[LONG, 'x']] }],
  ['the names of many headers', { headers: MANY }],
  ['the value of a header', { headers: [['X-Forwarded-Host', LONG]] }],
  ['the method asked for', { headers: [['X-HTTP-Method-Override', LONG]] }],
  ['a cookie', { headers: [['Cookie', `${LONG}=${LONG}`]] }],
  ['a token', { headers: [['Authorization', `Bearer ${LONG}`]] }],
  ['a scheme', { headers: [['Authorization', `${LONG} x`]] }],
  ['a credential without a scheme', { headers: [['Authorization', `"${LONG}"`]] }],
  ['a proof', { headers: [['DPoP', LONG]] }],
  ['a field that names a caller', { headers: [[`X-Workload-Identity-${CANARY}`, LONG]] }],
  ['the type of a body', { method: 'POST', body: '{}', headers: [['Content-Type', `a/${LONG}`]] }],
  ['a body', { method: 'POST', body: LONG }],
  ['a trailer', { method: 'POST', body: '{}', trailers: [[CANARY, LONG]] }],
];

async function tell(harness: Harness, request: Partial<RawRequest>): Promise<void> {
  let answer = '';
  const told = await captured(async () => {
    answer = (await harness.send({ path: '/secret', ...request })).text;
  });
  expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(answer.length).toBeLessThan(LONGEST_ANSWER);
  expect(told.length).toBeLessThan(LONGEST_EVENTS);
  expect((answer + told).toLowerCase()).not.toContain(CANARY.toLowerCase());
}

/** A credential that leads to a refusal of its own. */
const CREDENTIALS: readonly [string, (world: World) => Promise<string>][] = [
  ['a token of another workload', (world) => world.token({ subject: WORKLOADS.other })],
  ['an expired token', (world) => world.expiredToken()],
];

export function boundCases(harness: Harness): void {
  describe('nothing of what a stranger sends comes back or is told, however long it is', () => {
    it.each(PLACES)('%s', async (_, request) => {
      const before = harness.calls.length;
      await tell(harness, request);
      expect(harness.calls.slice(before)).toEqual([]);
    });

    it.each(CREDENTIALS)('%s', async (_, token) => {
      const headers: [string, string][] = [bearer(await token(harness.world)), ['X-Request-Id', LONG]];
      await tell(harness, { path: `/subjects?${LONG}`, headers });
    });
  });
}

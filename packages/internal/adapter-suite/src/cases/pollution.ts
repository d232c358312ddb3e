import { assert, asyncProperty, constantFrom } from 'fast-check';
import { expect, it } from 'vitest';
import { bearer, type Harness } from '../harness.ts';
import { WORKLOADS } from '../names.ts';
import type { RawRequest } from '../raw-http.ts';

/** Names of options and fields that an adapter reads. Those that break the frameworks themselves are left out. */
const NAMES = [
  ...['audience', 'optional', 'allowPreflight', 'subjects', 'roles', 'anyCaller', 'public', 'identity'],
  ...['workloadIdentity', 'config', 'verifyOptions', 'provenKey', 'caller', 'subject', 'verify'],
  ...['authorization', 'dpop', 'origin', 'access-control-request-method', 'x-workload-identity-subject'],
  ...['method', 'rawHeaders', 'headersDistinct', 'rawTrailers', 'trailers', 'trailersDistinct'],
  ...['stream', 'httpVersionMajor', 'endAfterHeaders', 'incoming', '_addHeaderLines'],
  ...['status', 'statusText', 'code', 'publicCode', 'detail', 'cause', 'fault', 'headersSent', 'sent'],
  ...['value', 'writable', 'enumerable', 'configurable', 'getter', 'setter'],
];
const VALUES = [
  ...[true, 1, 'x', null, {}, ['x'], WORKLOADS.orders, [WORKLOADS.orders], 'Bearer x', 'unauthenticated'],
  ...[{ public: 'unauthenticated' }, { optional: true }, { workloadIdentity: { public: 'unauthenticated' } }],
  ...[{ subject: WORKLOADS.orders, roles: ['billing.admin'] }, { endAfterHeaders: true }, () => undefined],
];

async function requests({ world }: Harness): Promise<readonly RawRequest[]> {
  const good = bearer(await world.token());
  const other = bearer(await world.token({ subject: WORKLOADS.other }));
  const spoofed = ['X-Workload-Identity-Subject', WORKLOADS.other] as [string, string];
  const preflight: [string, string][] = [
    ['Origin', 'https://a.example'],
    ['Access-Control-Request-Method', 'GET'],
  ];
  return [
    { path: '/secret' },
    { path: '/secret', headers: [good, spoofed] },
    { path: '/secret', headers: [good, good] },
    { path: '/secret', headers: [bearer(await world.expiredToken())] },
    { path: '/secret', method: 'POST', headers: [good], body: '{}', trailers: [spoofed] },
    { path: '/secret', method: 'OPTIONS', headers: preflight },
    { path: '/own/secret' },
    { path: '/subjects', headers: [other] },
    { path: '/roles', headers: [good] },
    { path: '/narrow', headers: [good] },
    { path: '/optional' },
    { path: '/optional', headers: [['DPoP', 'x']] },
    { path: '/preflight', method: 'OPTIONS', headers: preflight },
  ];
}

export function pollutionCases(harness: Harness): void {
  /** What a request is answered, and what handlers saw. */
  async function told(request: RawRequest, pollute: () => void = () => undefined): Promise<unknown> {
    const before = harness.calls.length;
    const sending = harness.send(request);
    pollute();
    const { status, body, header } = await sending;
    // Not the names of the headers: Node itself leaves out one that stands on `Object.prototype`.
    const calls = harness.calls.slice(before).map(({ route, subject }) => [route, subject]);
    return { status, body, challenge: header('www-authenticate'), calls };
  }

  it('attack 50: whatever stands on `Object.prototype`, verdict, answer and caller stay the same', async () => {
    const all = await requests(harness);
    const expected = new Map<RawRequest, unknown>();
    for (const request of all) expected.set(request, await told(request));
    await assert(
      asyncProperty(constantFrom(...all), constantFrom(...NAMES), constantFrom(...VALUES), async (...run) => {
        const [request, name, value] = run;
        const polluted = { __proto__: null, value, configurable: true, writable: true, enumerable: true };
        let answer: unknown;
        try {
          // The bytes are on their way by then: what runs with it is the server.
          answer = await told(request, () => {
            Object.defineProperty(Object.prototype, name, polluted as PropertyDescriptor);
          });
        } finally {
          Reflect.deleteProperty(Object.prototype, name);
        }
        expect(answer).toEqual(expected.get(request));
      }),
      { numRuns: 200 },
    );
  });
}

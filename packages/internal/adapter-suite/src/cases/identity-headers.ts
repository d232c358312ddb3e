import { expect, test } from 'vitest';
import { bearer, type Harness } from '../harness.ts';
import { WORKLOADS } from '../names.ts';

const SPOOFED: [string, string][] = [
  ['X-Workload-Identity', WORKLOADS.other],
  ['x-workload-identity-subject', WORKLOADS.other],
  ['X-WORKLOAD-IDENTITY-SUBJECT', WORKLOADS.other],
  ['X-Workload-Identity-Roles', 'billing.admin'],
  ['X_Workload_Identity_Subject', WORKLOADS.other],
  ['X-Workload_Identity-Caller', WORKLOADS.other],
  ['X.Workload.Identity.Subject', WORKLOADS.other],
];
const KEPT = ['x-workload', 'workload-identity', 'x-request-id'];

export function identityHeaderCases(harness: Harness): void {
  const headers: [string, string][] = [...SPOOFED, ...KEPT.map((name) => [name, 'kept'] as [string, string])];
  const check = (names: readonly string[]) => {
    const lower = new Set(names.map((name) => name.toLowerCase()));
    const spelled = [...lower].map((name) => name.replace(/[_.]/g, '-'));
    expect(spelled.filter((name) => name.startsWith('x-workload-identity'))).toEqual([]);
    for (const name of KEPT) expect(lower).toContain(name);
  };

  test.each([
    ['/secret', 'secret'],
    ['/mounted/secret', 'mounted'],
    ['/own/secret', 'own'],
    ['/subjects', 'subjects'],
    ['/optional', 'optional'],
  ])('attack 46: %s never sees a header that names a caller', async (path, route) => {
    const token = bearer(await harness.world.token());
    for (const method of ['GET', 'POST']) {
      const request = {
        path,
        method,
        headers: [...headers, token],
        ...(method === 'POST' ? { body: '{}' } : {}),
      };
      check((await harness.admits(request, route, WORKLOADS.orders)).headerNames);
    }
  });

  test('attack 46: nor does a route that lets in nobody', async () => {
    check((await harness.admits({ path: '/optional', headers }, 'optional', undefined)).headerNames);
    const preflight: [string, string][] = [
      ['Origin', 'https://a.example'],
      ['Access-Control-Request-Method', 'GET'],
    ];
    const request = { path: '/preflight', method: 'OPTIONS', headers: [...headers, ...preflight] };
    check((await harness.admits(request, 'preflight', undefined)).headerNames);
  });

  test('attack 46: such a header is no credential', async () => {
    await harness.refuses({ path: '/secret', headers }, 'credential_missing');
    const other = [...headers, bearer(await harness.world.token({ subject: WORKLOADS.worker }))];
    await harness.refuses({ path: '/subjects', headers: other }, 'not_authorized');
  });

  if (!harness.adapter.hasPublicRoute) return;
  test('attack 46: a public route never sees one, and never a caller either', async () => {
    const token = bearer(await harness.world.token());
    const bad = ['Authorization', 'Bearer x'] as const;
    for (const more of [[], [token], [bad], [token, bad]]) {
      const request = { path: '/public', headers: [...headers, ...more] };
      check((await harness.admits(request, 'public', undefined)).headerNames);
    }
  });
}

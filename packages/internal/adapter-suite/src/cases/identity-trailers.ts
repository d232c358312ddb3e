import { describe, expect, it } from 'vitest';
import { bearer, type Harness } from '../harness.ts';
import { WORKLOADS } from '../names.ts';
import type { RawRequest } from '../raw-http.ts';

const SPOOFED: [string, string][] = [
  ['X-Workload-Identity', WORKLOADS.other],
  ['x-workload-identity-subject', WORKLOADS.other],
  ['x-workload-identity-subject', WORKLOADS.worker],
  ['X-WORKLOAD-IDENTITY-ROLES', 'billing.admin'],
  ['X_Workload_Identity_Subject', WORKLOADS.other],
  ['X.Workload.Identity.Subject', WORKLOADS.other],
];
const KEPT: [string, string][] = [
  ['Checksum', 'abc'],
  ['X-Workload', 'kept'],
];
const ANNOUNCED = ['Trailer', 'X-Workload-Identity-Subject, Checksum'] as const;

const ROUTES = [
  ['/secret', 'secret', WORKLOADS.orders],
  ['/mounted/secret', 'mounted', WORKLOADS.orders],
  ['/own/secret', 'own', WORKLOADS.orders],
  ['/subjects', 'subjects', WORKLOADS.orders],
  ['/optional', 'optional', undefined],
  ['/public', 'public', undefined],
] as const;

export function identityTrailerCases(harness: Harness): void {
  const { adapter, world } = harness;
  const routes = ROUTES.filter(([, route]) => route !== 'public' || adapter.hasPublicRoute);

  /** A handler has seen no trailer that names a caller, and the others where it can see any. */
  async function check(request: RawRequest, route: string, subject: string | undefined): Promise<void> {
    const { trailerNames, headerNames } = await harness.admits(request, route, subject);
    const names = new Set(trailerNames.map((name) => name.toLowerCase()));
    expect([...names].sort()).toEqual(KEPT.map(([name]) => name.toLowerCase()));
    expect(headerNames.map((name) => name.toLowerCase())).not.toContain('checksum');
  }

  describe.each(routes)('attack 46: %s never sees a trailer that names a caller', (path, route, subject) => {
    it.each([
      ['announced', [ANNOUNCED]],
      ['not announced', []],
    ])('%s', async (_, headers) => {
      for (const method of ['POST', 'PUT', 'DELETE']) {
        const token = subject === undefined ? [] : [bearer(await world.token())];
        const trailers = [...SPOOFED, ...KEPT, ...SPOOFED];
        await check({ path, method, headers: [...headers, ...token], body: '{}', trailers }, route, subject);
      }
    });
  });

  it('attack 46: a trailer is no credential', async () => {
    const trailers = [bearer(await world.token())];
    await harness.refuses({ path: '/secret', method: 'POST', body: '{}', trailers }, 'credential_missing');
    await harness.admits({ path: '/optional', method: 'POST', body: '{}', trailers }, 'optional', undefined);
    const headers = [bearer(await world.token())];
    const twice = { path: '/secret', method: 'POST', headers, body: '{}', trailers };
    await harness.admits(twice, 'secret', WORKLOADS.orders);
  });
}

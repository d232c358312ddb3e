import type { MintRequest } from '@workload-identity/core';
import { describe, test } from 'vitest';
import { bearer, type Harness } from '../harness.ts';
import { AUDIENCES, WORKLOADS } from '../names.ts';

const NEAR_MISSES = [
  'spiffe://prod.example.com/order',
  'spiffe://prod.example.com/orders2',
  'spiffe://prod.example.com/Orders',
  'spiffe://prod.example.com/orders/x',
  'spiffe://prod.example.com/x/orders',
  'spiffe://prod.example.com/teams/worker',
  'spiffe://prod.example.com/team',
];

const ALLOWED: readonly [string, string, Partial<MintRequest>][] = [
  ['the subject', 'subjects', {}],
  ['a subject below the prefix', 'prefix', { subject: WORKLOADS.worker }],
  ['a subject far below the prefix', 'prefix', { subject: 'spiffe://prod.example.com/team/a/b/c' }],
  ['one of the roles', 'roles', { roles: ['x', 'billing.admin'] }],
  ['subject and role', 'both', { roles: ['billing.write'] }],
];

const FORBIDDEN: readonly [string, string, Partial<MintRequest>][] = [
  ...NEAR_MISSES.map(
    (subject) => [subject, 'subjects', { subject }] as [string, string, Partial<MintRequest>],
  ),
  ...NEAR_MISSES.map((subject) => [subject, 'prefix', { subject }] as [string, string, Partial<MintRequest>]),
  ['no role', 'roles', {}],
  ['another role', 'roles', { roles: ['billing.read'] }],
  ['a longer role', 'roles', { roles: ['billing.admin2', 'billing'] }],
  ['the subject without the role', 'both', { roles: ['billing.admin'] }],
  ['the role without the subject', 'both', { subject: WORKLOADS.other, roles: ['billing.write'] }],
];

export function authorizationCases(harness: Harness): void {
  describe('who may call, does', () => {
    test.each(ALLOWED)('%s at /%s', async (_, route, request) => {
      const headers = [bearer(await harness.world.token(request))];
      await harness.admits({ path: `/${route}`, headers }, route, request.subject ?? WORKLOADS.orders);
    });
  });

  describe('who may not call, gets 403', () => {
    test.each(FORBIDDEN)('%s at /%s', async (_, route, request) => {
      const headers = [bearer(await harness.world.token(request))];
      await harness.refuses({ path: `/${route}`, headers }, 'not_authorized');
    });
  });

  test('a route can narrow the audience, and does so for itself alone', async () => {
    const main = [bearer(await harness.world.token())];
    const narrow = [bearer(await harness.world.token({ audience: AUDIENCES.narrow }))];
    await harness.refuses({ path: '/narrow', headers: main }, 'invalid_token');
    await harness.admits({ path: '/narrow', headers: narrow }, 'narrow', WORKLOADS.orders);
    await harness.admits({ path: '/secret', headers: main }, 'secret', WORKLOADS.orders);
    await harness.admits({ path: '/secret', headers: narrow }, 'secret', WORKLOADS.orders);
  });
}

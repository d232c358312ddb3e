import type { Verifier } from '@workload-identity/core';
import fastify from 'fastify';
import { type WorkloadIdentityRouteConfig, workloadIdentity } from './index.ts';

declare const identity: Verifier;
const app = fastify();

// Uses
app.register(workloadIdentity, { identity });
app.get(
  '/',
  { config: { workloadIdentity: { subjects: ['spiffe://a.example/b'], audience: 'a' } } },
  (request) => {
    const subject: string | undefined = request.caller?.subject;
    return subject;
  },
);
app.get('/', { config: { workloadIdentity: { public: 'unauthenticated' } } }, () => 'x');

// @ts-expect-error: an identity is required
app.register(workloadIdentity, {});
// @ts-expect-error: no such option
app.register(workloadIdentity, { identity, optional: true });
// @ts-expect-error: no such member
export const misspelt: WorkloadIdentityRouteConfig = { role: ['r'] };
// @ts-expect-error: being open has a name
app.get('/', { config: { workloadIdentity: { public: true } } }, () => 'x');
// @ts-expect-error: `public` stands alone
app.get('/', { config: { workloadIdentity: { public: 'unauthenticated', roles: ['r'] } } }, () => 'x');

app.get('/', (request) => {
  // @ts-expect-error: there may be no caller
  request.caller.subject;
  // @ts-expect-error: it cannot be written
  request.caller = null;
});

import type { TokenSource, VerifiedIdentity, Verifier } from '@workload-identity/core';
import { createFetch, protect } from './index.ts';

declare const identity: Verifier & TokenSource;
declare const options: { optional?: boolean };
const targets = { 'https://billing.internal': 'spiffe://a.example/billing' };
const whoami = (_: Request, { caller }: { caller: VerifiedIdentity }) => new Response(caller.subject);

// Uses
export const client: typeof fetch = createFetch(identity, { targets });
export const handler: (request: Request) => Promise<Response> = protect(identity, whoami);
protect(identity, (_request, { caller }) => new Response(caller.subject), { roles: ['r'] });
protect(identity, (_request, { caller }) => new Response(caller?.subject), { optional: true });
protect(identity, (_request, { caller }, environment: string) => new Response(caller.subject + environment))(
  new Request('https://a.example'),
  'environment',
);

// @ts-expect-error: targets are required
createFetch(identity);
// @ts-expect-error: no such option
createFetch(identity, { targets, retries: 3 });
// @ts-expect-error: what verifies cannot call
createFetch({ verify: identity.verify }, { targets });
// @ts-expect-error: an identity is required
protect(whoami);
// @ts-expect-error: no such option
protect(identity, whoami, { role: ['r'] });
// @ts-expect-error: with optional authentication there may be no caller
protect(identity, whoami, { optional: true });
// @ts-expect-error: nor with preflights
protect(identity, whoami, { allowPreflight: true });
// @ts-expect-error: nor where it may be optional
protect(identity, whoami, options);

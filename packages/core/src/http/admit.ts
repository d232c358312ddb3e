import { WorkloadIdentityError } from '@workload-identity/contract';
import type { VerifiedIdentity } from '../verify/identity.ts';
import type { Verifier } from '../verify/verifier.ts';
import { bearerToken, isPreflight } from './bearer.ts';
import type { HttpRequest } from './request.ts';
import type { AuthenticationRules, AuthorizationRules, RouteRules } from './rules.ts';

/** The token of a request; `undefined` where the rules let in who carries no credential. */
function credential(request: HttpRequest, rules: AuthenticationRules): string | undefined {
  const token = bearerToken(request);
  if (token !== undefined || rules.optional || (rules.allowPreflight && isPreflight(request))) return token;
  throw new WorkloadIdentityError('credential_missing');
}

/** No answer is not an identity, whatever stands in for the verifier. */
function checkIdentity(caller: VerifiedIdentity | undefined): VerifiedIdentity {
  if (typeof caller?.subject !== 'string') throw new TypeError('the verifier gave no identity');
  return caller;
}

/**
 * Finds out who calls. `undefined` is nobody: only `optional` and `allowPreflight` give it, and only to a request that
 * carries no credential.
 * @throws WorkloadIdentityError `credential_missing`, `credential_ambiguous`, or why the token is refused
 */
export async function authenticate(
  verifier: Verifier,
  request: HttpRequest,
  rules: AuthenticationRules,
): Promise<VerifiedIdentity | undefined> {
  const token = credential(request, rules);
  return token === undefined ? undefined : checkIdentity(await verifier.verify(token, rules.verifyOptions));
}

/**
 * Decides whether a caller may: its subject matches one pattern, and it holds one of the roles, where they are given.
 * @throws WorkloadIdentityError `credential_missing` for nobody, `not_authorized`
 */
export function authorize(caller: VerifiedIdentity | undefined, rules: AuthorizationRules): void {
  if (caller === undefined) throw new WorkloadIdentityError('credential_missing');
  if (rules.subjects !== undefined && !rules.subjects.some((pattern) => pattern.matches(caller.subject))) {
    throw new WorkloadIdentityError('not_authorized', { detail: 'its subject is not among those allowed' });
  }
  if (rules.roles !== undefined && !rules.roles.some((role) => caller.roles.includes(role))) {
    throw new WorkloadIdentityError('not_authorized', { detail: 'it holds none of the roles asked for' });
  }
}

/**
 * Authenticates and authorizes by the rules of one route. A preflight the route allows is let in as nobody.
 * @throws WorkloadIdentityError
 */
export async function admit(
  verifier: Verifier,
  request: HttpRequest,
  rules: RouteRules,
): Promise<VerifiedIdentity | undefined> {
  const token = credential(request, rules);
  // One promise for each request, not one for each function it goes through.
  const caller =
    token === undefined ? undefined : checkIdentity(await verifier.verify(token, rules.verifyOptions));
  const preflight = caller === undefined && rules.allowPreflight && isPreflight(request);
  if (rules.authorization !== undefined && !preflight) authorize(caller, rules.authorization);
  return caller;
}

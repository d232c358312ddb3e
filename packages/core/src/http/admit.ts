import { WorkloadIdentityError } from '@workload-identity/contract';
import type { VerifiedIdentity } from '../verify/identity.ts';
import type { Verifier } from '../verify/verifier.ts';
import { bearerToken, isPreflight } from './bearer.ts';
import type { HttpRequest } from './request.ts';
import type { AuthenticationRules, AuthorizationRules, RouteRules } from './rules.ts';

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
  const token = bearerToken(request);
  if (token === undefined) {
    if (rules.optional || (rules.allowPreflight && isPreflight(request))) return undefined;
    throw new WorkloadIdentityError('credential_missing');
  }
  const caller = await verifier.verify(token, rules.verifyOptions);
  // No answer is not an identity, whatever stands in for the verifier.
  if (typeof caller?.subject !== 'string') throw new TypeError('the verifier gave no identity');
  return caller;
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
  const caller = await authenticate(verifier, request, rules);
  const preflight = caller === undefined && rules.allowPreflight && isPreflight(request);
  if (rules.authorization !== undefined && !preflight) authorize(caller, rules.authorization);
  return caller;
}

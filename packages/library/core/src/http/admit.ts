import { WorkloadIdentityError } from '@workload-identity/contract';
import { after } from '../after.ts';
import type { MaybePromise } from '../engine/engine.ts';
import type { VerifiedIdentity } from '../verify/identity.ts';
import type { Verifier } from '../verify/verifier-options.ts';
import { verifyNow } from '../verify/verify-now.ts';
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

function verified(
  verifier: Verifier,
  token: string,
  { verifyOptions }: AuthenticationRules,
): MaybePromise<VerifiedIdentity> {
  return after(verifyNow(verifier, token, verifyOptions), checkIdentity);
}

/**
 * Finds out who calls, without a promise where nothing has to be waited for. `undefined` is nobody: only `optional` and
 * `allowPreflight` give it, and only to a request that carries no credential.
 * @throws WorkloadIdentityError `credential_missing`, `credential_ambiguous`, or why the token is refused; a promise may
 * reject with the last
 */
export function authenticate(
  verifier: Verifier,
  request: HttpRequest,
  rules: AuthenticationRules,
): MaybePromise<VerifiedIdentity | undefined> {
  const token = credential(request, rules);
  return token === undefined ? undefined : verified(verifier, token, rules);
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
 * Authenticates and authorizes by the rules of one route, without a promise where nothing has to be waited for. A preflight
 * the route allows is let in as nobody.
 * @throws WorkloadIdentityError as {@link authenticate} and {@link authorize}
 */
export function admit(
  verifier: Verifier,
  request: HttpRequest,
  rules: RouteRules,
): MaybePromise<VerifiedIdentity | undefined> {
  return after(authenticate(verifier, request, rules), (caller) => {
    const preflight = caller === undefined && rules.allowPreflight && isPreflight(request);
    if (rules.authorization !== undefined && !preflight) authorize(caller, rules.authorization);
    return caller;
  });
}

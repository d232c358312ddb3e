import type { VerifiedIdentity, Verifier } from '@workload-identity/core';
import {
  admit,
  answerFor,
  fetchRequest,
  type RouteOptions,
  requireVerifier,
  routeRules,
} from '@workload-identity/core/http';
import { clearNodeRequests, withoutIdentityHeaders } from './identity-fields.ts';

/** What a protected handler is told beside the request. */
export interface CallContext<Caller = VerifiedIdentity> {
  /** Who calls, as it was verified. */
  readonly caller: Caller;
}

/** A handler behind {@link protect}. `rest` is whatever the server passes after the request. */
export type ProtectedHandler<Caller, Rest extends readonly unknown[]> = (
  request: Request,
  context: CallContext<Caller>,
  ...rest: Rest
) => Response | Promise<Response>;

/** A handler of a server that turns a `Request` into a `Response`. */
export type RequestHandler<Rest extends readonly unknown[]> = (
  request: Request,
  ...rest: Rest
) => Promise<Response>;

/**
 * Wraps a handler so that only verified callers reach it; others get 400, 401, 403 or 503. Headers that start with
 * `x-workload-identity` are taken off the request: nobody verified them. Where a server on Node passes on the request it made
 * this one of, itself or as `incoming` or `req`, that has no such header and no such trailer either.
 *
 * @param identity what verifies tokens
 * @param options `audience`, `subjects`, `roles`; without them every authenticated caller may. With `optional` or
 * `allowPreflight`, `caller` is undefined for requests without credentials
 * @throws TypeError for a missing identity, and for an unknown or a wrong option
 */
export function protect<Rest extends readonly unknown[]>(
  identity: Verifier,
  handler: ProtectedHandler<VerifiedIdentity, Rest>,
  options?: RouteOptions & { readonly optional?: false; readonly allowPreflight?: false },
): RequestHandler<Rest>;
export function protect<Rest extends readonly unknown[]>(
  identity: Verifier,
  handler: ProtectedHandler<VerifiedIdentity | undefined, Rest>,
  options: RouteOptions,
): RequestHandler<Rest>;
export function protect<Rest extends readonly unknown[]>(
  identity: Verifier,
  handler: ProtectedHandler<never, Rest> | ProtectedHandler<VerifiedIdentity | undefined, Rest>,
  options?: RouteOptions,
): RequestHandler<Rest> {
  const verifier = requireVerifier(identity);
  if (typeof handler !== 'function')
    throw new TypeError('a handler is required: (request, { caller }) => Response');
  const rules = routeRules(options);
  return async (request, ...rest) => {
    let caller: VerifiedIdentity | undefined;
    let clean: Request;
    try {
      clearNodeRequests(rest);
      clean = withoutIdentityHeaders(request);
      caller = await admit(verifier, fetchRequest(request), rules);
    } catch (error) {
      const { status, headers, body } = answerFor(error);
      // All members there are: the platform would take one that is missing from `Object.prototype`.
      return new Response(body, { status, statusText: '', headers });
    }
    return handler(clean, Object.freeze({ caller: caller as never }), ...rest);
  };
}

import type { MaybePromise, VerifiedIdentity, Verifier } from '@workload-identity/core';
import {
  type AuthenticationOptions,
  authenticate as authenticateRequest,
  authenticationRules,
  isPromise,
  nodeRequest,
  removeIdentityFields,
  requireVerifier,
} from '@workload-identity/core/http';
import { type Middleware, refuse } from './middleware.ts';
import { showCaller } from './show-caller.ts';

// Here and not beside the code that fills it: the bundler of declarations keeps it only with something exported.
declare global {
  // biome-ignore lint/style/noNamespace: Express names its request type so.
  namespace Express {
    interface Request {
      /** Who calls, as `authenticate` verified it. Absent on routes with optional authentication when nobody is named. */
      readonly caller?: VerifiedIdentity;
    }
  }
}

/**
 * Middleware that verifies the bearer token of every request and sets `req.caller`. It answers 400, 401 and 503 itself.
 * Headers and trailers that start with `x-workload-identity` are taken off the request: nobody verified them.
 *
 * @param identity what verifies tokens
 * @param options `audience` narrows who a token may be meant for; `optional` and `allowPreflight` let requests without
 * credentials in, as nobody
 * @throws TypeError for a missing identity, and for an unknown or a wrong option
 */
export function authenticate(identity: Verifier, options?: AuthenticationOptions): Middleware {
  const verifier = requireVerifier(identity);
  const rules = authenticationRules(options);
  return (request, response, next) => {
    const refused = (error: unknown): void => refuse(response, error);
    const admitted = (caller: VerifiedIdentity | undefined): void => {
      try {
        showCaller(request, caller);
      } catch (error) {
        refused(error);
        return;
      }
      next();
    };
    let caller: MaybePromise<VerifiedIdentity | undefined>;
    try {
      removeIdentityFields(request);
      caller = authenticateRequest(verifier, nodeRequest(request), rules);
    } catch (error) {
      refused(error);
      return;
    }
    // Only what `next` or an answer throws comes to the last. Express 4 does not look at promises.
    if (isPromise(caller)) caller.then(admitted, refused).catch(next);
    else admitted(caller);
  };
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VerifiedIdentity, Verifier } from '@workload-identity/core';
import {
  type AuthenticationOptions,
  authenticate as authenticateRequest,
  authenticationRules,
  nodeRequest,
  removeIdentityHeaders,
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
 * Headers that start with `x-workload-identity` are taken off the request: nobody verified them.
 *
 * @param identity what verifies tokens
 * @param options `audience` narrows who a token may be meant for; `optional` and `allowPreflight` let requests without
 * credentials in, as nobody
 * @throws TypeError for a missing identity, and for an unknown or a wrong option
 */
export function authenticate(identity: Verifier, options?: AuthenticationOptions): Middleware {
  const verifier = requireVerifier(identity);
  const rules = authenticationRules(options);
  const answer = async (request: IncomingMessage, response: ServerResponse, next: () => void) => {
    try {
      removeIdentityHeaders(request);
      showCaller(request, await authenticateRequest(verifier, nodeRequest(request), rules));
    } catch (error) {
      refuse(response, error);
      return;
    }
    next();
  };
  return (request, response, next) => {
    // Only what `next` itself throws comes back. Express 4 does not look at promises.
    answer(request, response, next).catch(next);
  };
}

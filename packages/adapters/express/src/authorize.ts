import {
  type AuthorizationOptions,
  authorizationRules,
  authorize as authorizeCaller,
  callers,
} from '@workload-identity/core/http';
import { type Middleware, refuse } from './middleware.ts';

/**
 * Middleware that lets in only these callers; the others get 403. It stands after {@link authenticate}: without a
 * verified caller it answers 401.
 *
 * @param policy `subjects`, `roles`, or both; or `{ anyCaller: true }`
 * @throws TypeError for a policy that says nothing, and for an unknown or a wrong member
 */
export function authorize(policy: AuthorizationOptions): Middleware {
  const rules = authorizationRules(policy);
  return (request, response, next) => {
    try {
      authorizeCaller(callers.of(request), rules);
    } catch (error) {
      refuse(response, error);
      return;
    }
    next();
  };
}

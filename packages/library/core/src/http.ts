/**
 * What the adapters share, for authors of adapters. They translate a request into {@link HttpRequest}, let these functions
 * decide, and send {@link answerFor} as it is.
 */
export { isPromise } from './after.ts';
export { admit, authenticate, authorize } from './http/admit.ts';
export type { HttpEvent } from './http/announce.ts';
export { answerFor, type HttpAnswer } from './http/answer.ts';
export { callers } from './http/callers.ts';
export { isIdentityField } from './http/identity-fields.ts';
export { closedOptions } from './http/options.ts';
export { removeIdentityFields } from './http/remove-identity-fields.ts';
export {
  type FetchRequest,
  fetchRequest,
  type HttpRequest,
  type NodeRequest,
  nodeRequest,
} from './http/request.ts';
export {
  type AuthenticationOptions,
  type AuthenticationRules,
  type AuthorizationOptions,
  type AuthorizationRules,
  authenticationRules,
  authorizationRules,
  type RouteOptions,
  type RouteRules,
  requireVerifier,
  routeRules,
} from './http/rules.ts';

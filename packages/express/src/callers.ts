import type { VerifiedIdentity } from '@workload-identity/core';

// What `authorize` believes. The property on the request is for handlers: other middleware could have put anything there.
const callers = new WeakMap<object, VerifiedIdentity>();

/** The caller of a request, if one was verified. */
export function callerOf(request: object): VerifiedIdentity | undefined {
  return callers.get(request);
}

/** Notes the verified caller, and shows it as `caller`: nothing can write that property any more, whatever stood there. */
export function setCaller(request: object, caller: VerifiedIdentity | undefined): void {
  if (caller === undefined) callers.delete(request);
  else callers.set(request, caller);
  Object.defineProperty(request, 'caller', { get: readCaller, enumerable: true, configurable: false });
}

function readCaller(this: object): VerifiedIdentity | undefined {
  return callers.get(this);
}

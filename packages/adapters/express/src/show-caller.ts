import type { VerifiedIdentity } from '@workload-identity/core';
import { callers } from '@workload-identity/core/http';

const CALLER: PropertyDescriptor & ThisType<object> = {
  get(): VerifiedIdentity | undefined {
    return callers.of(this);
  },
  enumerable: true,
  configurable: false,
};

/**
 * Notes the verified caller, and shows it to handlers as `caller`: nothing can write that property any more, whatever
 * stood there. `authorize` does not read it: other middleware could have put anything there.
 */
export function showCaller(request: object, caller: VerifiedIdentity | undefined): void {
  callers.set(request, caller);
  Object.defineProperty(request, 'caller', CALLER);
}

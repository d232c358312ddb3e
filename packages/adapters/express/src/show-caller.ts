import type { VerifiedIdentity } from '@workload-identity/core';
import { callers } from '@workload-identity/core/http';

const CALLER = {
  // Without a prototype: a `value` or a `set` on `Object.prototype` is no part of it.
  __proto__: null,
  get(): VerifiedIdentity | undefined {
    return callers.of(this);
  },
  enumerable: true,
  configurable: false,
} as PropertyDescriptor & ThisType<object>;

/**
 * Notes the verified caller, and shows it to handlers as `caller`: nothing can write that property any more, whatever
 * stood there. `authorize` does not read it: other middleware could have put anything there.
 */
export function showCaller(request: object, caller: VerifiedIdentity | undefined): void {
  callers.set(request, caller);
  Object.defineProperty(request, 'caller', CALLER);
}

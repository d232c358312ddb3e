import type { VerifiedIdentity } from '../verify/identity.ts';

class Given {
  constructor(request: object) {
    // What a constructor returns is what the private field below is added to.
    // biome-ignore lint/correctness/noConstructorReturn: that is the purpose
    return request;
  }
}

/**
 * Adds a private field to a request: what a WeakMap would hold, at a tenth of its cost. It stands in no property, and no copy
 * of a request has it.
 */
class WithCaller extends Given {
  #caller: VerifiedIdentity | undefined;

  static of(request: object): VerifiedIdentity | undefined {
    return #caller in request ? request.#caller : undefined;
  }

  static set(request: object, caller: VerifiedIdentity | undefined): void {
    const held = #caller in request ? request : (new WithCaller(request) as WithCaller);
    held.#caller = caller;
  }
}

/**
 * The verified callers of requests, for adapters: whatever properties a request has say nothing. It keeps mistakes out, such
 * as a property that came from a request body; code in this process that sets a caller on purpose is believed.
 */
export const callers = Object.freeze({
  /** Who calls; `undefined` for nobody, and for a request {@link set} has not seen. */
  of: (request: object): VerifiedIdentity | undefined => WithCaller.of(request),
  /** Notes who calls; `undefined` for nobody. */
  set: (request: object, caller: VerifiedIdentity | undefined): void => WithCaller.set(request, caller),
});

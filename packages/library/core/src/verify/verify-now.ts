import type { MaybePromise } from '../engine/engine.ts';
import type { VerifiedIdentity } from './identity.ts';
import type { Verifier, VerifyOptions } from './verifier-options.ts';

type Verify = Verifier['verify'];

/** Gives the identity, or throws; a promise only where something has to be waited for. */
export type VerifyNow = (token: string, options?: VerifyOptions) => MaybePromise<VerifiedIdentity>;

// By the function and not by the object it belongs to: whoever puts another `verify` in its place replaces both.
const KNOWN = new WeakMap<Verify, VerifyNow>();

/** Makes a `verify` that {@link verifyNow} can ask for its answer without a promise. */
export function defineVerify(now: VerifyNow): Verify {
  const verify: Verify = async (token, options) => now(token, options);
  KNOWN.set(verify, now);
  return verify;
}

/**
 * What `verifier.verify` does, without a promise where nothing has to be waited for. For adapters, to whom promises cost
 * more than a token that is known. Any other `verify` than one of this project is asked as it is.
 * @throws WorkloadIdentityError what `verify` rejects with; a promise may reject with it
 */
export function verifyNow(
  verifier: Verifier,
  token: string,
  options?: VerifyOptions,
): MaybePromise<VerifiedIdentity> {
  const now = KNOWN.get(verifier.verify);
  return now === undefined ? Promise.resolve(verifier.verify(token, options)) : now(token, options);
}

import type { Algorithm, PublicJwk } from '@workload-identity/contract';
import { engine } from '#engine';
import type { EngineKey, MaybePromise } from '../engine/engine.ts';

/**
 * Imports a public key for its one algorithm, for a `ChainResolver` to answer with.
 * @throws WorkloadIdentityError `key_invalid` where kind, curve or size do not fit the algorithm
 */
export function importPublicKey(algorithm: Algorithm, jwk: PublicJwk): MaybePromise<EngineKey> {
  return engine.importPublicKey(algorithm, jwk);
}

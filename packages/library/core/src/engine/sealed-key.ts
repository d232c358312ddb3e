import type { Algorithm } from '@workload-identity/contract';
import type { EngineKey } from './engine.ts';

/**
 * A key that only the engine can use. What it holds is a private field: whoever gets a bundle source, a snapshot or a
 * resolved key can verify with it, and can neither export nor print a shared secret.
 */
export class SealedKey<Handle> implements EngineKey {
  readonly algorithm: Algorithm;
  readonly #handle: Handle;

  constructor(algorithm: Algorithm, handle: Handle) {
    this.algorithm = algorithm;
    this.#handle = handle;
    Object.freeze(this);
  }

  /** What the engine put in. Not reachable from outside this package. @throws TypeError for a key of another making */
  static open<Handle>(key: EngineKey): Handle {
    return (key as SealedKey<Handle>).#handle;
  }
}

import type { CaAlgorithm, CaKey } from '../ca-key.ts';
import { readOptions } from '../options.ts';
import { makeKeyPair } from './generate.ts';
import { LocalKey } from './local-key.ts';

/** Settings of {@link memoryCaKey}. */
export interface MemoryCaKeyOptions {
  /** Default `ECDSA_P256_SHA256`. */
  readonly algorithm?: CaAlgorithm;
}

/**
 * A CA key that is made in the memory of this process and ends with it: for tests and for a demonstration. Its anchor is
 * worthless after a restart.
 */
export function memoryCaKey(options: MemoryCaKeyOptions = {}): CaKey {
  const { algorithm = 'ECDSA_P256_SHA256' } = readOptions(options, { algorithm: true });
  const pair = makeKeyPair(algorithm);
  // Whoever uses the key hears of a failure; without this it would also be an unhandled rejection.
  pair.catch(() => undefined);
  return new LocalKey('memory', async () => (await pair).privateKey);
}

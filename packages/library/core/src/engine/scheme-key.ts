import { constants, type KeyObject } from 'node:crypto';
import type { Algorithm } from '@workload-identity/contract';
import { bareCopy } from '../options.ts';

/** Everything `sign` and `verify` look for on the key they are given. */
const NO_OPTIONS = { padding: undefined, saltLength: undefined, dsaEncoding: undefined, context: undefined };

const OPTIONS: { readonly [algorithm in Algorithm]?: object } = {
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
};

/**
 * Writes the options of an algorithm onto a key of our own: as members of the key itself, so that no prototype adds one.
 * The usual way, an object with the key in it, makes every `sign` and `verify` slower by a quarter.
 */
export function schemeKey(algorithm: Algorithm, key: KeyObject): KeyObject {
  for (const [name, value] of Object.entries({ ...NO_OPTIONS, ...OPTIONS[algorithm] })) {
    Object.defineProperty(key, name, bareCopy({ value }));
  }
  return key;
}

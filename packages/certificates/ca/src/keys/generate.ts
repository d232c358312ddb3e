import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { CaAlgorithm } from '../ca-key.ts';
import { bare } from '../options.ts';

const generate = promisify(generateKeyPair);

const MAKE: Readonly<Record<CaAlgorithm, () => Promise<{ privateKey: KeyObject; publicKey: KeyObject }>>> = {
  ECDSA_P256_SHA256: () => generate('ec', bare({ namedCurve: 'P-256' })),
  ECDSA_P384_SHA384: () => generate('ec', bare({ namedCurve: 'P-384' })),
  RSA_PSS_SHA256: () => generate('rsa', bare({ modulusLength: 3072 })),
  Ed25519: () => generate('ed25519', bare({})),
};

/** Makes a key pair of one kind; RSA with 3072 bits. @throws TypeError for a kind that does not exist */
export function makeKeyPair(
  algorithm: CaAlgorithm,
): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  if (!Object.hasOwn(MAKE, algorithm)) {
    throw new TypeError(`\`algorithm\` is one of ${Object.keys(MAKE).join(', ')}`);
  }
  return MAKE[algorithm]();
}

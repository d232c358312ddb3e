import { constants, type KeyObject, type SigningOptions, verify } from 'node:crypto';
import { bare } from '../bare.ts';
import { open } from '../der/reader.ts';
import { TAG } from '../der/tags.ts';
import { readUnsigned } from '../der/values.ts';
import { Flaw } from '../flaw.ts';
import type { Frame } from './frame.ts';
import type { KeyAlgorithm } from './public-key.ts';

/** A key that certificates are verified with. */
export interface IssuerKey {
  readonly algorithm: KeyAlgorithm;
  readonly key: KeyObject;
}

/** How a certificate is signed. */
interface Scheme {
  /** The kinds of keys that sign so. */
  readonly keys: readonly KeyAlgorithm[];
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
  /** What `node:crypto` has to be told beyond the key. */
  readonly options: SigningOptions | undefined;
}

const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_DIGEST } = constants;
const ecdsa = { keys: ['ES256', 'ES384'], options: undefined } as const;
const pkcs1 = { keys: ['PS256'], options: { padding: RSA_PKCS1_PADDING } } as const;
const pss = {
  keys: ['PS256'],
  options: { padding: RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALTLEN_DIGEST },
} as const;

// Hash and MGF1 with the same hash, and a salt of its length (RFC 4055 section 3.1).
const pssIdentifier = (hash: string, salt: string): string =>
  `304106092a864886f70d01010a3034a00f300d06096086480165030402${hash}0500a11c301a06092a864886f70d010108300d06096086480165030402${hash}0500a2030201${salt}`;

/** AlgorithmIdentifier as it must stand, parameters and all. What is not here, SHA-1 first of all, does not verify. */
const SCHEMES: ReadonlyMap<string, Scheme> = new Map<string, Scheme>([
  ['300a06082a8648ce3d040302', { ...ecdsa, hash: 'sha256' }],
  ['300a06082a8648ce3d040303', { ...ecdsa, hash: 'sha384' }],
  ['300a06082a8648ce3d040304', { ...ecdsa, hash: 'sha512' }],
  ['300506032b6570', { keys: ['Ed25519'], hash: null, options: undefined }],
  ['300d06092a864886f70d01010b0500', { ...pkcs1, hash: 'sha256' }],
  ['300d06092a864886f70d01010c0500', { ...pkcs1, hash: 'sha384' }],
  ['300d06092a864886f70d01010d0500', { ...pkcs1, hash: 'sha512' }],
  [pssIdentifier('01', '20'), { ...pss, hash: 'sha256' }],
  [pssIdentifier('02', '30'), { ...pss, hash: 'sha384' }],
  [pssIdentifier('03', '40'), { ...pss, hash: 'sha512' }],
]);

const LONGEST_IDENTIFIER = pssIdentifier('01', '20').length / 2;

// ECDSA-Sig-Value (RFC 3279 section 2.2.3). OpenSSL is strict about it as well; this does not depend on which OpenSSL it is.
function checkEcdsa(signature: Uint8Array): void {
  const reader = open(signature, TAG.sequence);
  for (const name of ['r', 's']) {
    const [first] = readUnsigned(reader.read(TAG.integer).contents);
    if (first === 0) throw new Flaw(`its signature has a zero for ${name}`);
  }
  reader.finish();
}

/** How a certificate says that it is signed. @throws Flaw for an algorithm that is not accepted */
export function schemeOf({ signatureAlgorithm }: Frame): Scheme {
  const scheme =
    signatureAlgorithm.length > LONGEST_IDENTIFIER
      ? undefined
      : SCHEMES.get(Buffer.from(signatureAlgorithm).toString('hex'));
  if (scheme === undefined) throw new Flaw('its signature algorithm is not accepted');
  return scheme;
}

/**
 * Tells whether the signature of a certificate holds under a key. A key of another kind signed nothing with it.
 * @throws Flaw for an algorithm that is not accepted, and for a malformed signature
 */
export function isSignedBy(frame: Frame, { algorithm, key }: IssuerKey): boolean {
  const { hash, options, keys } = schemeOf(frame);
  if (!keys.includes(algorithm)) return false;
  if (keys === ecdsa.keys) checkEcdsa(frame.signature);
  const verifier = options === undefined ? key : bare({ ...options, key });
  return verify(hash, frame.signed, verifier, frame.signature);
}

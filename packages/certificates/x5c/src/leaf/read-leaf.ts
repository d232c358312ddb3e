import type { PublicJwk } from '@workload-identity/contract';
import { type Certificate, readRest } from '../certificate/certificate.ts';
import { checkSerialNumber, readFrame } from '../certificate/frame.ts';
import type { KeyAlgorithm } from '../certificate/public-key.ts';
import { thumbprintOf } from '../certificate/thumbprint.ts';
import { readTokenLeaf, type TokenLeaf } from './token-leaf.ts';

/** What a leaf certificate says. Whether it is true is a question for its chain. */
export interface LeafCertificate extends TokenLeaf {
  /** The thumbprint (RFC 7638) of its key, base64url: the key identifier on the `ca` rung. */
  readonly keyId: string;
  /** Seconds since 1970, both inclusive. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** The one algorithm its key signs tokens with. */
  readonly algorithm: KeyAlgorithm;
  readonly publicKey: PublicJwk;
}

/** Puts together what a certificate says that was read already. @throws Flaw */
export function describeLeaf(leaf: Certificate): LeafCertificate {
  const { notBefore, notAfter, publicKey } = leaf;
  return Object.freeze({
    ...readTokenLeaf(leaf),
    keyId: thumbprintOf(publicKey),
    notBefore,
    notAfter,
    algorithm: publicKey.algorithm,
    publicKey: publicKey.jwk,
  });
}

/**
 * Reads a leaf certificate by the rules of the profile, without its chain: for whoever issues or keeps leaves.
 * @param der the certificate, at most 8 KiB
 * @throws WorkloadIdentityError `chain_invalid`
 */
export function readLeaf(der: Uint8Array): LeafCertificate {
  const frame = readFrame(der);
  checkSerialNumber(frame);
  return describeLeaf(readRest(frame));
}

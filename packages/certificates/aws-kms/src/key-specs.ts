import { constants, type KeyObject, verify } from 'node:crypto';
import type { SigningAlgorithmSpec } from '@aws-sdk/client-kms';
import type { CaAlgorithm } from '@workload-identity/ca';

/** How a KMS key of one kind signs certificates. */
export interface KeySpecEntry {
  readonly algorithm: CaAlgorithm;
  /** What KMS calls it. */
  readonly signingAlgorithm: SigningAlgorithmSpec;
  /** Tells whether Node reads the public key as a key of this kind. */
  readonly fits: (key: KeyObject) => boolean;
  readonly verify: (key: KeyObject, data: Uint8Array, signature: Uint8Array) => boolean;
}

const onCurve = (curve: string) => (key: KeyObject) =>
  key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === curve;

const ofModulus = (bits: number) => (key: KeyObject) =>
  key.asymmetricKeyType === 'rsa' && key.asymmetricKeyDetails?.modulusLength === bits;

const rsa = (bits: number): KeySpecEntry => ({
  algorithm: 'RSA_PSS_SHA256',
  signingAlgorithm: 'RSASSA_PSS_SHA_256',
  fits: ofModulus(bits),
  // A certificate names the length of its salt, so another length is another signature (RFC 4055 section 3.1).
  verify: (key, data, signature) =>
    verify('sha256', data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }, signature),
});

/**
 * The kinds of KMS key that can be the key of a certificate authority. ML-DSA is left out: the verifiers have no
 * certificates of it.
 */
export const KEY_SPECS: Readonly<Record<string, KeySpecEntry>> = {
  ECC_NIST_P256: {
    algorithm: 'ECDSA_P256_SHA256',
    signingAlgorithm: 'ECDSA_SHA_256',
    fits: onCurve('prime256v1'),
    verify: (key, data, signature) => verify('sha256', data, key, signature),
  },
  ECC_NIST_P384: {
    algorithm: 'ECDSA_P384_SHA384',
    signingAlgorithm: 'ECDSA_SHA_384',
    fits: onCurve('secp384r1'),
    verify: (key, data, signature) => verify('sha384', data, key, signature),
  },
  ECC_NIST_EDWARDS25519: {
    algorithm: 'Ed25519',
    signingAlgorithm: 'ED25519_SHA_512',
    fits: (key) => key.asymmetricKeyType === 'ed25519',
    verify: (key, data, signature) => verify(null, data, key, signature),
  },
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
};

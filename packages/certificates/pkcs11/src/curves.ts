import type { Pkcs11Algorithm } from './options.ts';

/** How a token knows a curve, and how certificates do. */
export interface CurveEntry {
  readonly algorithm: Pkcs11Algorithm;
  /** CKA_EC_PARAMS: the DER of the curve's identifier. */
  readonly params: Buffer;
  /** DER of a SubjectPublicKeyInfo up to the point. */
  readonly spkiPrefix: Buffer;
  /** Bytes of a coordinate, and of each half of a signature. */
  readonly half: number;
  readonly hash: 'sha256' | 'sha384';
  /** The mechanism that hashes in the token. */
  readonly hashing: 'CKM_ECDSA_SHA256' | 'CKM_ECDSA_SHA384';
}

const hex = (text: string) => Buffer.from(text, 'hex');

// RFC 5480 section 2.
export const CURVES: Readonly<Record<Pkcs11Algorithm, CurveEntry>> = {
  ECDSA_P256_SHA256: {
    algorithm: 'ECDSA_P256_SHA256',
    params: hex('06082a8648ce3d030107'),
    spkiPrefix: hex('3059301306072a8648ce3d020106082a8648ce3d030107034200'),
    half: 32,
    hash: 'sha256',
    hashing: 'CKM_ECDSA_SHA256',
  },
  ECDSA_P384_SHA384: {
    algorithm: 'ECDSA_P384_SHA384',
    params: hex('06052b81040022'),
    spkiPrefix: hex('3076301006072a8648ce3d020106052b81040022036200'),
    half: 48,
    hash: 'sha384',
    hashing: 'CKM_ECDSA_SHA384',
  },
};

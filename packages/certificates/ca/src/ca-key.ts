/** The signature a CA key makes, and so the algorithm of the certificates it signs. */
export type CaAlgorithm = 'ECDSA_P256_SHA256' | 'ECDSA_P384_SHA384' | 'RSA_PSS_SHA256' | 'Ed25519';

/** The public half of a CA key, with the one algorithm the key signs by. */
export interface CaPublicKey {
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly algorithm: CaAlgorithm;
}

/** A CA key: in memory, in a file, in a KMS or in an HSM. It signs certificates, never tokens. */
export interface CaKey {
  /** What it is, for the operator, such as `file /etc/ca.pem` or `kms alias/workload-ca`. Never a secret. */
  readonly name: string;
  /**
   * Fetched once and pinned.
   * @throws WorkloadIdentityError `authority_unavailable`, `key_invalid`
   */
  publicKey(): Promise<CaPublicKey>;
  /**
   * Signs the DER of a TBSCertificate (or of a certification request) and returns the bytes of signatureValue: DER for
   * ECDSA (RFC 3279 section 2.2.3), PSS with SHA-256, MGF1-SHA-256 and a salt of 32 bytes for RSA (RFC 4055 section 3.1).
   * @throws WorkloadIdentityError `authority_unavailable`
   */
  sign(tbs: Uint8Array): Promise<Uint8Array>;
  /** Ends what the key holds open: a session, a connection. */
  close?(): Promise<void>;
}

/** What a leaf source asks for. */
export interface LeafIssueRequest {
  /** A certification request, DER: the new public key, and the identity. */
  readonly csr: Uint8Array;
  /** Seconds the leaf shall live. */
  readonly lifetime: number;
}

/** Who issues leaves: a certificate authority in this process, or a client of one elsewhere. */
export interface LeafIssuer {
  /** What it is, for the operator. Never a secret. */
  readonly name: string;
  /**
   * Issues a leaf for one identity.
   * @returns the chain, DER: leaf first, anchor left out
   * @throws WorkloadIdentityError `authority_unavailable`, `issuance_refused`; of other errors only name and code are told
   */
  issue(request: LeafIssueRequest): Promise<readonly Uint8Array[]>;
}

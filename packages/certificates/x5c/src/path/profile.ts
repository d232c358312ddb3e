import type { Certificate } from '../certificate/certificate.ts';

/** What a verifier asks of chains and their leaves on top of RFC 5280. */
export interface ChainProfile {
  /** The most certificates of a chain; the anchor does not count. */
  readonly maxCertificates: number;
  /** Checks a certificate that already is an issuer by RFC 5280. @throws Flaw */
  checkIssuer(issuer: Certificate): void;
  /**
   * Checks the leaf, and returns the extended key usage it is used by, which its issuers must allow.
   * @throws Flaw
   */
  usageOf(leaf: Certificate): string;
}

/** The fixed strings of contract version 1. */
export const CONTRACT = Object.freeze({
  /** Claim `ver`. */
  version: 1,
  /** Header `typ` (RFC 8725 section 3.11: every kind of token has a type of its own). */
  type: 'wid+jwt',
  /** HMAC input that gives an HMAC key its identifier. */
  keyIdLabel: 'workload-identity/v1/kid',
  /** HKDF info, before 0x00 and the audience, of an audience-scoped key. */
  audienceKeyLabel: 'workload-identity/v1/audience',
  /** Extended key usage of a leaf that may assert only itself. */
  selfExtendedKeyUsage: '2.25.20814771685027270472755165375967673246.1',
  /** Extended key usage of a leaf that may assert subjects within its name constraints. */
  issuerExtendedKeyUsage: '2.25.20814771685027270472755165375967673246.2',
});

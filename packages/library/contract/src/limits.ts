/**
 * The limits of contract version 1. Sizes are bytes, times are seconds.
 * Both sides hold them: a minter never writes what a verifier would refuse.
 */
export const LIMITS = Object.freeze({
  /** The whole token, in its compact form. */
  tokenBytes: 16_384,
  /** The header, decoded. */
  headerBytes: 8_192,
  /** Members and items of a header, of all levels: the characters `,` `{` and `[` outside of its strings. */
  headerValues: 32,
  /** Characters of a header outside of its strings. */
  headerOutsideStrings: 512,
  /** Escapes in the strings of a header. A library that writes `/` as `\/` needs about one for 64 characters of `x5c`. */
  headerEscapes: 256,
  /** Nesting of objects and arrays in header and payload; the outermost counts as 1. */
  jsonDepth: 8,
  /** Audiences of one token. */
  audiences: 8,
  /** One audience. */
  audienceBytes: 2_048,
  /** A workload identifier (SPIFFE-ID section 2.3). */
  identifierBytes: 2_048,
  /** Roles of one token. */
  roles: 32,
  /** Nesting of `act`. */
  actorDepth: 4,
  /** The claim `ext` as compact JSON. */
  extensionBytes: 4_096,
  /** The longest `exp - iat`. */
  lifetimeSeconds: 3_600,
  /** The largest leeway that may be configured. */
  maxLeewaySeconds: 60,
  /** Certificates in `x5c`. */
  chainLength: 3,
  /** One certificate, DER. */
  certificateBytes: 8_192,
  /** The smallest HMAC secret (RFC 7518 section 3.2). */
  secretBytes: 32,
});

/**
 * The grammars of contract version 1. Value types and schemas share them, so that both give one verdict.
 * None is global or sticky, each is anchored at both ends, and each runs in linear time.
 */

/** A trust domain (SPIFFE-ID section 2.1). */
export const TRUST_DOMAIN = /^[a-z0-9._-]{1,255}$/;

/** A workload identifier. Segments are told apart by a lookahead, so that `.` and `..` fail and matching stays linear. */
export const WORKLOAD_ID = /^spiffe:\/\/[a-z0-9._-]{1,255}(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)+$/;

/** A workload identifier, or a prefix that ends in `/*`. */
export const SUBJECT_PATTERN =
  /^spiffe:\/\/[a-z0-9._-]{1,255}(?:(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)+|(?:\/(?!\.{1,2}\/)[A-Za-z0-9._-]+)*\/\*)$/;

/** The https URL of a token service: host and path only, so that no user, query or fragment can hide in an issuer. */
export const SERVICE_URL =
  /^https:\/\/[a-z0-9][a-z0-9.-]{0,253}(?::[1-9][0-9]{0,4})?(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)*$/;

/** Either form of `iss`. */
export const ISSUER = new RegExp(`(?:${WORKLOAD_ID.source})|(?:${SERVICE_URL.source})`);

/** What a denial names: a subject pattern, or the https URL of a token service. */
export const DENIED_SUBJECT = new RegExp(`(?:${SUBJECT_PATTERN.source})|(?:${SERVICE_URL.source})`);

/** An audience, without its limit of length. */
export const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** One role. */
export const ROLE = /^[a-z0-9._:-]{1,64}$/;

/** `att.method`. */
export const ATTESTATION_METHOD = /^[a-z0-9._:-]{1,64}$/;

/** `jti`. */
export const TOKEN_ID = /^[A-Za-z0-9._:-]{16,128}$/;

/** `txn`. */
export const TRANSACTION = /^[\x21-\x7e]{1,256}$/;

/**
 * A key identifier: 16 bytes for an HMAC key, 32 for a thumbprint (RFC 7638). The last character has no bits behind the
 * last byte, so that one key has one identifier: another spelling would name no key, and a denial of it would deny nothing.
 */
export const KEY_ID = /^(?:[A-Za-z0-9_-]{21}[AQgw]|[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])$/;

/** 32 bytes as strict base64url. */
export const SHA256_BASE64URL = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** Standard base64 with padding, as in `x5c` (RFC 7515 section 4.1.6). */
export const STANDARD_BASE64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Member of a JWK that holds bytes. */
export const JWK_BYTES = /^[A-Za-z0-9_-]{1,1366}$/;

/** Free text of one line. */
export const VISIBLE_TEXT = /^[\x20-\x7e]{1,2048}$/;

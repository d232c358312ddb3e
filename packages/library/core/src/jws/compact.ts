import { LIMITS, readHeader, type TokenHeader, WorkloadIdentityError } from '@workload-identity/contract';
import { decodeSegment, isStrictBase64url } from './base64url.ts';
import { parseHeaderJson } from './header-json.ts';
import { parseStrictJson } from './strict-json.ts';

const MAX_HEADER_TEXT = Math.ceil((LIMITS.headerBytes * 4) / 3);
// That of an RSA key of 8192 bits: 1,024 bytes.
const MAX_SIGNATURE_TEXT = 1_366;

/** A compact token (RFC 7515 section 7.1), cut but not believed. */
export interface CompactToken {
  readonly token: string;
  /** The header segment as it stands in the token. */
  readonly header: string;
  /** Where the second dot stands: the length of the signing input. */
  readonly signingInputLength: number;
  /** The payload segment as it stands in the token. */
  readonly payload: string;
}

function headerTooLarge(): WorkloadIdentityError {
  return new WorkloadIdentityError('token_too_large', { detail: 'its header' });
}

function malformed(detail: string): WorkloadIdentityError {
  return new WorkloadIdentityError('token_malformed', { detail });
}

/**
 * Cuts a token into its segments, size first. Whether header and payload are strict base64url is left to
 * {@link decodeHeader} and {@link decodePayload}: a header already known is not looked through again, and a payload only
 * where its key is known.
 * @throws WorkloadIdentityError `token_too_large`, `token_malformed`
 */
export function splitToken(token: string): CompactToken {
  if (token.length > LIMITS.tokenBytes) throw new WorkloadIdentityError('token_too_large');
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  const segments = first > 0 && second > first + 1 && second < token.length - 1;
  if (!segments) throw malformed('three base64url segments were expected');
  if (token.length - second - 1 > MAX_SIGNATURE_TEXT) throw malformed('its signature is longer than any is');
  if (!isStrictBase64url(token.slice(second + 1))) throw malformed('its signature is not strict base64url');
  if (first > MAX_HEADER_TEXT) throw headerTooLarge();
  return {
    token,
    header: token.slice(0, first),
    signingInputLength: second,
    payload: token.slice(first + 1, second),
  };
}

function decode(segment: string, what: string): string {
  const text = decodeSegment(segment);
  if (text === undefined) throw malformed(`its ${what} is not strict base64url`);
  return text;
}

/**
 * Decodes a header segment by the contract.
 * @throws WorkloadIdentityError `token_too_large`, `token_malformed`, `header_invalid`, `type_unsupported`, `algorithm_not_allowed`
 */
export function decodeHeader(segment: string): TokenHeader {
  return readHeader(parseHeaderJson(decode(segment, 'header')));
}

/**
 * Decodes the payload segment of a token whose key is known: for anybody else's it would be work for nothing.
 * @returns its text, which is not read yet
 * @throws WorkloadIdentityError `token_malformed`
 */
export function decodePayload({ payload }: CompactToken): string {
  return decode(payload, 'payload');
}

/**
 * Parses the payload of a token whose signature held.
 * @throws WorkloadIdentityError `token_malformed`
 */
export function parsePayload(text: string): unknown {
  const value = parseStrictJson(text);
  if (value === undefined) throw malformed('the payload is not strict JSON');
  return value;
}

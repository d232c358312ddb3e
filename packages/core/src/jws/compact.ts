import { LIMITS, readHeader, type TokenHeader, WorkloadIdentityError } from '@workload-identity/contract';
import { endsOnByte, fromBase64url } from './base64url.ts';
import { parseStrictJsonBytes } from './strict-json.ts';

const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const MAX_HEADER_TEXT = Math.ceil((LIMITS.headerBytes * 4) / 3);

/** A compact token (RFC 7515 section 7.1), cut but not believed. */
export interface CompactToken {
  readonly token: string;
  /** The header segment as it stands in the token. */
  readonly header: string;
  /** Where the second dot stands: the length of the signing input. */
  readonly signingInputLength: number;
}

function malformed(detail: string): WorkloadIdentityError {
  return new WorkloadIdentityError('token_malformed', { detail });
}

/**
 * Cuts a token into its segments, size first.
 * @throws WorkloadIdentityError `token_too_large`, `token_malformed`
 */
export function splitToken(token: string): CompactToken {
  if (token.length > LIMITS.tokenBytes) throw new WorkloadIdentityError('token_too_large');
  if (!COMPACT.test(token)) throw malformed('three base64url segments were expected');
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  const header = token.slice(0, first);
  if (header.length > MAX_HEADER_TEXT)
    throw new WorkloadIdentityError('token_too_large', { detail: 'its header' });
  if (
    !endsOnByte(header) ||
    !endsOnByte(token.slice(first + 1, second)) ||
    !endsOnByte(token.slice(second + 1))
  ) {
    throw malformed('a segment is not strict base64url');
  }
  return { token, header, signingInputLength: second };
}

function decodeJson(segment: string, what: string): unknown {
  const value = parseStrictJsonBytes(fromBase64url(segment));
  if (value === undefined) throw malformed(`the ${what} is not strict JSON`);
  return value;
}

/**
 * Decodes a header segment by the contract.
 * @throws WorkloadIdentityError `token_malformed`, `header_invalid`, `type_unsupported`, `algorithm_not_allowed`
 */
export function decodeHeader(segment: string): TokenHeader {
  return readHeader(decodeJson(segment, 'header'));
}

/**
 * Decodes the payload of a token whose signature held.
 * @throws WorkloadIdentityError `token_malformed`
 */
export function decodePayload(compact: CompactToken): unknown {
  return decodeJson(compact.token.slice(compact.header.length + 1, compact.signingInputLength), 'payload');
}

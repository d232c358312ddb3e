import { isUtf8 } from 'node:buffer';
import { LIMITS } from '@workload-identity/contract';

const ALPHABET = /^[A-Za-z0-9_-]*$/;
const INDEX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * Tells whether a text is strict base64url (RFC 4648 section 5): no padding, no white space, and no bits beyond the last
 * byte, so that no two texts mean the same bytes.
 */
export function isStrictBase64url(text: string): boolean {
  return ALPHABET.test(text) && endsOnByte(text);
}

/** The part of the strictness that the alphabet does not show: the length, and zero bits after the last byte. */
export function endsOnByte(text: string): boolean {
  const rest = text.length % 4;
  if (rest === 0) return true;
  if (rest === 1) return false;
  return (INDEX.indexOf(text[text.length - 1] as string) & (rest === 2 ? 15 : 3)) === 0;
}

/** Writes bytes as base64url without padding. */
export function toBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/** Reads a text already known to be strict base64url. */
export function fromBase64url(text: string): Uint8Array {
  return Buffer.from(text, 'base64url');
}

const LONG_BYTES = 1_024;
// As large as a token may be. What is in it counts only until the next call.
const scratch = Buffer.alloc(LIMITS.tokenBytes);

/**
 * Decodes a segment of a token to text. Strict base64url is what gives the same text when it is written again, so nothing
 * else is looked for: anything else gives `undefined`. Bytes that are not UTF-8 give the empty text, which is no JSON.
 */
export function decodeSegment(segment: string): string | undefined {
  const length = scratch.write(segment, 'base64url');
  if (scratch.toString('base64url', 0, length) !== segment) return undefined;
  // Replacing what is not UTF-8 costs ten times as much as finding it, and a long text may be a stranger's.
  if (length > LONG_BYTES && !isUtf8(scratch.subarray(0, length))) return '';
  const text = scratch.toString('utf8', 0, length);
  // What was not UTF-8 was replaced by U+FFFD, and is no longer what it was.
  const exact = !text.includes('\ufffd') || isUtf8(scratch.subarray(0, length));
  return exact ? text : '';
}

/** Encodes a text as a segment of a token. */
export function encodeSegment(text: string): string {
  // A UTF-16 unit is at most three bytes of UTF-8.
  if (text.length * 3 > scratch.length) return Buffer.from(text).toString('base64url');
  return scratch.toString('base64url', 0, scratch.write(text));
}

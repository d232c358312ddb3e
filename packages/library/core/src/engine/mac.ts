import { createHmac, type KeyObject } from 'node:crypto';
import { LIMITS } from '@workload-identity/contract';

/** HMAC of the first so many characters of a text of ASCII under one key, as base64url. */
export type Mac = (text: string, length: number) => string;

// As large as a token may be. What is in it counts only until the next call.
const scratch = Buffer.alloc(LIMITS.tokenBytes);
const COMMON_LENGTH = 2_048;
const beginnings: (Buffer | undefined)[] = new Array(COMMON_LENGTH).fill(undefined);

/** The beginning of the scratch memory. Making one costs a tenth of a MAC, so those of common lengths are kept. */
function beginning(length: number): Buffer {
  if (length >= COMMON_LENGTH) return scratch.subarray(0, length);
  beginnings[length] ??= scratch.subarray(0, length);
  return beginnings[length];
}

function bytesOf(text: string, length: number): Buffer {
  if (length > scratch.length) return Buffer.from(text.slice(0, length), 'latin1');
  scratch.write(text, 0, length, 'latin1');
  return beginning(length);
}

/**
 * Prepares HMAC (RFC 2104) for one key. A key object costs a seventh of a key given as bytes, and bytes cost less to hash
 * than text. HMAC put together from two hashes would be faster still, but cryptography is not made here.
 */
export function macUnder(hash: string, key: KeyObject): Mac {
  return (text, length) => createHmac(hash, key).update(bytesOf(text, length)).digest('base64url');
}

import { LIMITS } from '@workload-identity/contract';
import { keyInvalid } from '../engine/key-invalid.ts';

const BASE64_TEXT = /^[A-Za-z0-9+/_-]+={0,2}$/;
const SEQUENCE = 0x30;
const INTEGER = 0x02;
// The smallest public key there is, one on Ed25519.
const LEAST_DER_BYTES = 44;
const MARKS = ['-----BEGIN', 'ssh-', '"kty"'];
const MAX_SECRET_BYTES = 1_024;
// 32 random bytes hold about 30 different ones; fewer than 16 does not happen by chance in a lifetime.
const MIN_DISTINCT_BYTES = 16;

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

// What random bytes hold by chance must not be refused: one secret in 256 begins like an object or a SEQUENCE.
function looksLikeKeyDocument(secret: Uint8Array): boolean {
  const text = new TextDecoder().decode(secret).trim();
  if (MARKS.some((mark) => text.includes(mark)) || isJsonObject(text) || startsWithDer(secret)) return true;
  // A certificate as it stands in `x5c`: base64 of DER, given as the bytes of its text.
  return BASE64_TEXT.test(text) && startsWithDer(Buffer.from(text, 'base64'));
}

/** Tells whether the bytes begin with a DER document: a SEQUENCE that is all there, and in it a SEQUENCE or an INTEGER. */
function startsWithDer(bytes: Uint8Array): boolean {
  const [tag, first = 0] = bytes;
  if (tag !== SEQUENCE) return false;
  const count = first < 0x80 ? 0 : first & 0x7f;
  let length = count === 0 ? first : 0;
  for (let at = 2; at < 2 + count; at++) length = length * 256 + (bytes[at] ?? 0);
  const total = 2 + count + length;
  const inner = bytes[2 + count];
  return total >= LEAST_DER_BYTES && total <= bytes.length && (inner === SEQUENCE || inner === INTEGER);
}

/**
 * Checks that bytes can be an HMAC secret: 32 to 1024 of them, random by their looks, and no key document in disguise. That is
 * what keeps a public key from ever being a shared secret (RFC 8725 sections 3.1 and 3.5).
 * @throws WorkloadIdentityError `key_invalid`
 */
export function checkSecret(secret: Uint8Array): Uint8Array {
  if (!(secret instanceof Uint8Array)) throw keyInvalid('a secret as bytes');
  if (secret.length < LIMITS.secretBytes)
    throw keyInvalid(`a secret of at least ${LIMITS.secretBytes} bytes`);
  if (secret.length > MAX_SECRET_BYTES) throw keyInvalid(`a secret of at most ${MAX_SECRET_BYTES} bytes`);
  if (looksLikeKeyDocument(secret)) throw keyInvalid('a random secret', 'this is a PEM, JWK or DER document');
  if (new Set(secret).size < MIN_DISTINCT_BYTES)
    throw keyInvalid('a random secret', 'these bytes repeat too much');
  return secret;
}

/**
 * Reads a secret from its text: base64 or base64url of 32 to 1024 random bytes; white space around it
 * and line breaks in it are dropped. `openssl rand -base64 32` writes one.
 * @throws WorkloadIdentityError `key_invalid`
 */
export function parseSecret(text: string): Uint8Array {
  const joined = typeof text === 'string' ? text.trim().replaceAll(/\r?\n/g, '') : '';
  if (!BASE64_TEXT.test(joined))
    throw keyInvalid('base64 of at least 32 random bytes, as `openssl rand -base64 32` writes');
  return checkSecret(new Uint8Array(Buffer.from(joined, 'base64')));
}

import { LIMITS } from '@workload-identity/contract';
import { keyInvalid } from '../engine/key-invalid.ts';

const BASE64_TEXT = /^[A-Za-z0-9+/_-]+={0,2}$/;
const MAX_SECRET_BYTES = 1_024;
// 32 random bytes hold about 30 different ones; fewer than 16 does not happen by chance in a lifetime.
const MIN_DISTINCT_BYTES = 16;

function looksLikeKeyDocument(secret: Uint8Array): boolean {
  const text = new TextDecoder().decode(secret).trim();
  if (text.includes('-----BEGIN') || text.startsWith('ssh-') || text.startsWith('{')) return true;
  return isDerSequence(secret);
}

/** Tells whether the bytes are exactly one DER SEQUENCE: a public key or a certificate, and never random in practice. */
function isDerSequence(bytes: Uint8Array): boolean {
  const [tag, first = 0] = bytes;
  if (tag !== 0x30) return false;
  if (first < 0x80) return bytes.length === 2 + first;
  const count = first & 0x7f;
  if (count < 1 || count > 2) return false;
  let length = 0;
  for (let at = 2; at < 2 + count; at++) length = length * 256 + (bytes[at] ?? 0);
  return bytes.length === 2 + count + length;
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
 * Reads a secret from its text: base64 or base64url of 32 to 1024 random bytes; white space around it is dropped.
 * `openssl rand -base64 32` writes one.
 * @throws WorkloadIdentityError `key_invalid`
 */
export function parseSecret(text: string): Uint8Array {
  const trimmed = typeof text === 'string' ? text.trim() : '';
  if (!BASE64_TEXT.test(trimmed))
    throw keyInvalid('base64 of at least 32 random bytes, as `openssl rand -base64 32` writes');
  return checkSecret(new Uint8Array(Buffer.from(trimmed, 'base64')));
}

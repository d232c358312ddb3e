import { ALGORITHMS, type Algorithm, algorithmOf } from './algorithms.ts';
import { CONTRACT } from './constants.ts';
import { WorkloadIdentityError } from './error.ts';
import { LIMITS } from './limits.ts';
import { KEY_ID, STANDARD_BASE64 } from './patterns.ts';

/** A header that kept the contract: exactly one of `keyId` and `chain`. */
export type TokenHeader =
  | { readonly algorithm: Algorithm; readonly keyId: string; readonly chain?: undefined }
  | { readonly algorithm: Algorithm; readonly keyId?: undefined; readonly chain: readonly string[] };

/** Refused whatever they hold: each would name a key, a critical extension or a transformation from inside the token. */
export const REFUSED_HEADERS = [
  'jwk',
  'jku',
  'x5u',
  'x5t',
  'x5t#S256',
  'crit',
  'b64',
  'zip',
  'enc',
  'epk',
  'p2c',
  'p2s',
] as const;

/** One certificate of `x5c` as base64. */
export const MAX_CERTIFICATE_TEXT = Math.ceil(LIMITS.certificateBytes / 3) * 4;

function invalid(detail: string): WorkloadIdentityError {
  return new WorkloadIdentityError('header_invalid', { detail });
}

/** Tells whether a value has the form of a key identifier: 16 or 32 bytes as base64url. */
export function isKeyId(value: unknown): value is string {
  return typeof value === 'string' && KEY_ID.test(value);
}

/**
 * What `STANDARD_BASE64` says, in a twentieth of the time where letters vary: a stranger may send 8 KiB of them. The pattern is
 * asked for the last four characters alone; what is before them is base64 where it is the same when it is written again.
 */
export function isStandardBase64(text: string): boolean {
  const body = text.slice(0, -4);
  const last = text.slice(-4);
  if (!STANDARD_BASE64.test((body === '' ? '' : 'AAAA') + last) || body.includes('=')) return false;
  try {
    return btoa(atob(body)) === body;
  } catch {
    return false;
  }
}

function readChain(x5c: unknown): readonly string[] {
  if (!Array.isArray(x5c) || x5c.length < 1 || x5c.length > LIMITS.chainLength) {
    throw invalid(`\`x5c\` holds 1 to ${LIMITS.chainLength} certificates`);
  }
  for (const text of x5c as unknown[]) {
    if (typeof text !== 'string' || text.length > MAX_CERTIFICATE_TEXT || !isStandardBase64(text)) {
      throw invalid(
        `a certificate in \`x5c\` is standard base64 of at most ${LIMITS.certificateBytes} bytes`,
      );
    }
  }
  return Object.freeze([...(x5c as string[])]);
}

/**
 * Reads a decoded token header by the closed rules of the contract. Only own members count.
 * @throws WorkloadIdentityError `header_invalid`, `type_unsupported`, `algorithm_not_allowed`
 */
export function readHeader(value: unknown): TokenHeader {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('it is not a JSON object');
  const own = (name: string): unknown =>
    Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;

  for (const name of REFUSED_HEADERS)
    if (Object.hasOwn(value, name)) throw invalid(`\`${name}\` is not accepted`);
  if (own('typ') !== CONTRACT.type) throw new WorkloadIdentityError('type_unsupported');
  const alg = own('alg');
  const algorithm = typeof alg === 'string' ? algorithmOf(alg) : undefined;
  if (algorithm === undefined) throw new WorkloadIdentityError('algorithm_not_allowed');

  const keyId = own('kid');
  if (!Object.hasOwn(value, 'x5c')) {
    if (!isKeyId(keyId)) throw invalid('`kid` is 16 or 32 bytes as base64url');
    return Object.freeze({ algorithm, keyId });
  }
  if (keyId !== undefined) throw invalid('`kid` and `x5c` exclude each other');
  if (ALGORITHMS[algorithm].keyKind === 'symmetric') throw invalid('`x5c` goes with an asymmetric algorithm');
  return Object.freeze({ algorithm, chain: readChain(own('x5c')) });
}

import type { PublicJwk } from '@workload-identity/contract';
import { fromBase64url, isStrictBase64url } from '../jws/base64url.ts';
import { keyInvalid } from './key-invalid.ts';

const NUMBERS = ['x', 'y', 'n', 'e'] as const;
const MAX_EXPONENT_BYTES = 8;
const LEAST_EXPONENT = 65_537n;

/**
 * The points on Ed25519 of an order below eight, in every encoding, without the bit for the sign. Signatures under them can
 * be made by anyone, and not every version of OpenSSL refuses them. The first is what 32 zero bytes encode.
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function checkRsa(n: Uint8Array, e: Uint8Array): void {
  if (n[0] === 0 || e[0] === 0) throw keyInvalid('an RSA key', 'its numbers have leading zeros');
  const exponent = e.length > MAX_EXPONENT_BYTES ? 0n : BigInt(`0x${hex(e)}`);
  // With the exponent 1 every message signs itself; below 65537 is no key made today.
  if (exponent < LEAST_EXPONENT || exponent % 2n === 0n) {
    throw keyInvalid('an RSA key with an odd public exponent from 65537 to 64 bits');
  }
}

function checkEd25519(x: Uint8Array): void {
  const point = Uint8Array.from(x);
  point[31] = (point[31] ?? 0) & 0x7f;
  if (SMALL_ORDER.has(hex(point))) throw keyInvalid('a key on Ed25519', 'anyone can sign under this one');
}

/**
 * Checks what the import of a JWK lets pass and its runtime does not: another spelling of the same key, which would get
 * another thumbprint, and keys under which anyone can sign. Every engine calls it.
 * @throws WorkloadIdentityError `key_invalid`
 */
export function checkPublicJwk(jwk: PublicJwk): void {
  const bytes = (name: (typeof NUMBERS)[number]): Uint8Array => fromBase64url(jwk[name] ?? 'AA');
  for (const name of NUMBERS) {
    const text = jwk[name];
    if (text !== undefined && !(typeof text === 'string' && text !== '' && isStrictBase64url(text))) {
      throw keyInvalid('a JWK in strict base64url');
    }
  }
  if (jwk.kty === 'RSA') checkRsa(bytes('n'), bytes('e'));
  if (jwk.crv === 'Ed25519') checkEd25519(bytes('x'));
}

import type { Confirmation, PublicJwk } from './claim-values.ts';
import { invalidClaim, isObject, own, required } from './json-object.ts';
import { isText } from './names.ts';
import { JWK_BYTES, SHA256_BASE64URL } from './patterns.ts';

/** Members every public key of a type has (RFC 7518 section 6, RFC 8037 section 2). */
export const JWK_REQUIRED = { EC: ['crv', 'x', 'y'], OKP: ['crv', 'x'], RSA: ['n', 'e'] } as const;

/** Members any public key may have. */
export const JWK_OPTIONAL = ['alg', 'kid', 'use'] as const;

/** Members of a key that is not public. */
export const JWK_SECRET = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const;

function isJwkBytes(value: unknown): value is string {
  return typeof value === 'string' && JWK_BYTES.test(value);
}

function readJwk(value: unknown): PublicJwk {
  if (!isObject(value)) throw invalidClaim('cnf', 'has a `jwk` that is no object');
  for (const name of JWK_SECRET) {
    if (Object.hasOwn(value, name)) throw invalidClaim('cnf', 'has a `jwk` that is not public');
  }
  const kty = own(value, 'kty');
  if (kty !== 'EC' && kty !== 'OKP' && kty !== 'RSA') {
    throw invalidClaim('cnf', 'has a `jwk` of a type that is not public');
  }
  const jwk: Record<string, string> = { kty };
  for (const name of JWK_REQUIRED[kty]) jwk[name] = required(value, name, isJwkBytes, 'is a `jwk` member');
  for (const name of JWK_OPTIONAL) {
    const text = own(value, name);
    if (text === undefined) continue;
    if (!isText(text)) throw invalidClaim('cnf', `has a \`jwk\` whose \`${name}\` is no text`);
    jwk[name] = text;
  }
  return Object.freeze(jwk) as unknown as PublicJwk;
}

/** The ways to name the key of `cnf`: a token uses exactly one (RFC 9449 section 6.1, RFC 8705 section 3.1, RFC 7800 section 3.2). */
const METHODS = ['jkt', 'x5t#S256', 'jwk'] as const;

/** Ways of RFC 7800 sections 3.3 and 3.5 that are not supported. Each binds, so it is refused and never ignored. */
export const REFUSED_METHODS = ['jwe', 'jku'] as const;

/**
 * Reads `cnf`: one key, named one way. A second method would be a binding that goes unchecked, and none at all is not a
 * bearer token but a broken one. `kid` and members that are not known are ignored and not kept (RFC 7800 section 3.1).
 */
export function readConfirmation(value: unknown): Confirmation {
  if (!isObject(value)) throw invalidClaim('cnf', 'is an object');
  for (const name of REFUSED_METHODS) {
    if (Object.hasOwn(value, name)) throw invalidClaim('cnf', `has \`${name}\`, which is not supported`);
  }
  const [name, ...more] = METHODS.filter((method) => Object.hasOwn(value, method));
  if (name === undefined || more.length > 0) {
    throw invalidClaim('cnf', 'has exactly one of `jkt`, `x5t#S256`, `jwk`');
  }
  if (name === 'jwk') return Object.freeze({ jwk: readJwk(value['jwk']) });
  const hash = value[name];
  if (typeof hash !== 'string' || !SHA256_BASE64URL.test(hash)) {
    throw invalidClaim('cnf', `has a \`${name}\` that is no SHA-256`);
  }
  return Object.freeze(name === 'jkt' ? { jkt: hash } : { 'x5t#S256': hash });
}

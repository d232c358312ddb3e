import { randomBytes } from 'node:crypto';
import { BILLING, NOW, ORDERS } from './names.ts';
import type { Signing } from './signing.ts';

export type Json = Record<string, unknown>;

export function b64(bytes: string | Uint8Array): string {
  return Buffer.from(bytes as string).toString('base64url');
}

/** The header this key's tokens carry. A member that is `undefined` is left out. */
export function headerOf(signing: Signing, changes: Json = {}): Json {
  return { alg: signing.algorithm, typ: 'wid+jwt', kid: signing.kid, ...changes };
}

/** Claims of a good token from ORDERS to BILLING. A member that is `undefined` is left out. */
export function claimsOf(signing: Signing, changes: Json = {}): Json {
  return {
    ver: 1,
    iss: signing.issuer,
    sub: ORDERS,
    aud: BILLING,
    iat: NOW,
    exp: NOW + 300,
    jti: randomBytes(16).toString('base64url'),
    ...changes,
  };
}

/** A token over exactly these bytes, whatever they are, with a signature that holds. */
export function signRaw(signing: Signing, header: string | Uint8Array, payload: string | Uint8Array): string {
  const input = `${b64(header)}.${b64(payload)}`;
  return `${input}.${b64(signing.sign(input))}`;
}

/** A token whose signature holds, good but for the changes. */
export function tokenOf(signing: Signing, claims: Json = {}, header: Json = {}): string {
  return signRaw(
    signing,
    JSON.stringify(headerOf(signing, header)),
    JSON.stringify(claimsOf(signing, claims)),
  );
}

/** Three segments of a token. */
export function segments(token: string): [string, string, string] {
  return token.split('.') as [string, string, string];
}

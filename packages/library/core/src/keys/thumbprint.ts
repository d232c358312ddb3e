import type { PublicJwk } from '@workload-identity/contract';
import { engine } from '#engine';
import { toBase64url } from '../jws/base64url.ts';

// Required members in lexicographic order (RFC 7638 section 3.2, RFC 8037 section 2).
const MEMBERS = { EC: ['crv', 'kty', 'x', 'y'], OKP: ['crv', 'kty', 'x'], RSA: ['e', 'kty', 'n'] } as const;

/** What the thumbprint of a public key is the SHA-256 of (RFC 7638 section 3.1): JSON text, in UTF-8. */
export function thumbprintInput(jwk: PublicJwk): string {
  return JSON.stringify(Object.fromEntries(MEMBERS[jwk.kty].map((name) => [name, jwk[name]])));
}

/** The RFC 7638 thumbprint of a public key, base64url: its key identifier. */
export async function thumbprint(jwk: PublicJwk): Promise<string> {
  return toBase64url(await engine.sha256(new TextEncoder().encode(thumbprintInput(jwk))));
}

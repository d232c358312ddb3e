import type { ErrorCode } from '../../src/index.ts';
import { claimsOf, type Json, NOW } from '../vectors/setup.ts';
import { tokenOf } from '../vectors/sign.ts';
import type { Certificate } from './certificates.ts';
import type { CaVectorKey } from './keys.ts';

/** What differs from a token that the leaf signs for itself. */
export interface TokenChanges {
  readonly claims?: Json;
  readonly header?: Json;
  /** Signs instead of the key of the leaf. */
  readonly key?: CaVectorKey;
}

/** A token that carries a chain, leaf first. */
export function mintWith(id: string, chain: readonly Certificate[], changes: TokenChanges = {}): string {
  const key = changes.key ?? (chain[0] as Certificate).keys;
  const header = { typ: 'wid+jwt', alg: key.alg, x5c: chain.map(({ text }) => text), ...changes.header };
  const claims = claimsOf(id, { jti: `wid-vector-ca-1.${id}`, ...changes.claims });
  return tokenOf(JSON.stringify(header), JSON.stringify(claims), key);
}

export interface CaValidVector {
  readonly id: string;
  readonly comment: string;
  readonly token: string;
  readonly expect: Json;
}

export interface CaInvalidVector {
  readonly id: string;
  readonly code: ErrorCode;
  readonly comment: string;
  readonly token: string;
}

export type AddInvalid = (
  id: string,
  code: ErrorCode,
  comment: string,
  chain: readonly Certificate[],
  changes?: TokenChanges,
) => void;

/** A vector to accept; what it proves is read from what the token was made of. */
export function validVector(
  id: string,
  comment: string,
  chain: readonly Certificate[],
  changes: TokenChanges = {},
): CaValidVector {
  const { iss, sub, aud, iat, exp, jti, roles } = claimsOf(id, {
    jti: `wid-vector-ca-1.${id}`,
    iat: NOW - 60,
    ...changes.claims,
  });
  return {
    id,
    comment,
    token: mintWith(id, chain, changes),
    expect: {
      subject: sub,
      issuer: iss,
      audience: [aud].flat(),
      roles: roles ?? [],
      actors: [],
      tokenId: jti,
      issuedAt: iat,
      expiresAt: exp,
      rung: 'ca',
      keyId: (chain[0] as Certificate).keys.kid,
    },
  };
}

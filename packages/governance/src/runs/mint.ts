import { randomBytes } from 'node:crypto';
import type { MintRequest } from '@workload-identity/core';
import type { JsonObject } from '../compare/document.ts';
import { BILLING, clock, NOW, ORDERS } from './names.ts';
import type { Side } from './side.ts';
import type { OpenSigner } from './signers.ts';
import type { TokenCase } from './tokens.ts';

/** What a minter's request calls each claim. */
const REQUEST: Readonly<Record<string, keyof MintRequest>> = {
  aud: 'audience',
  roles: 'roles',
  cnf: 'confirmation',
  act: 'actor',
  txn: 'transaction',
  att: 'attestation',
  ext: 'extension',
};

function requestOf({ claims, lifetime }: TokenCase): MintRequest {
  const members = Object.entries(claims).map(([name, value]) => [REQUEST[name] ?? name, value]);
  return {
    audience: BILLING,
    subject: ORDERS,
    ...Object.fromEntries(members),
    ...(lifetime === undefined ? {} : { lifetime }),
  };
}

/** The claims every token has. */
const required = (issuer: string): JsonObject => ({
  ver: 1,
  iss: issuer,
  sub: ORDERS,
  aud: BILLING,
  iat: NOW,
  exp: NOW + 300,
  jti: randomBytes(16).toString('base64url'),
});

/** Mints one token with the minter of a side, or signs it as it stands. */
export async function mintToken(side: Side, signer: OpenSigner, token: TokenCase): Promise<string> {
  const { signers, issuer } = signer;
  if (token.raw) {
    const signing = await signers.signerFor([BILLING]);
    return signing.sign(JSON.stringify({ ...required(issuer), ...token.claims }));
  }
  const minter = side.core.createMinter({ issuer, signers, clock });
  return (await minter.mint(requestOf(token))).token;
}

/** All that a verifier must say about a token. */
export function expectedIdentity(
  issuer: string,
  { claims, kept = claims, lifetime = 300 }: TokenCase,
): JsonObject {
  const aud = claims.aud ?? BILLING;
  return {
    subject: ORDERS,
    issuer,
    audience: Array.isArray(aud) ? aud : [aud],
    roles: kept.roles ?? [],
    ...(kept.cnf === undefined ? {} : { confirmation: kept.cnf }),
    issuedAt: NOW,
    expiresAt: NOW + lifetime,
    claims: kept,
  };
}

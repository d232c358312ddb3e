import { randomBytes } from 'node:crypto';
import type { MintRequest } from '@workload-identity/core';
import type { JsonObject } from '../compare/document.ts';
import { BILLING, clock, NOW, ORDERS } from './names.ts';
import type { Side } from './side.ts';
import type { OpenSigner } from './signers.ts';
import type { TokenCase } from './tokens.ts';

// Written out: the default of a minter is no rule of the contract, and may change.
const LIFETIME = 300;

/** What a request of this side calls a claim; undefined where no request sets it. */
function requestName({ contract }: Side, claim: string): string | undefined {
  if (claim === 'aud') return 'audience';
  const rows = new Map<string, object>(Object.entries(contract.OPTIONAL_CLAIMS));
  return (rows.get(claim) as { readonly request?: string } | undefined)?.request;
}

function requestOf(side: Side, { claims, lifetime }: TokenCase): MintRequest {
  const members = Object.entries(claims).map(([claim, value]) => [requestName(side, claim) ?? claim, value]);
  return {
    audience: BILLING,
    subject: ORDERS,
    lifetime: LIFETIME,
    ...Object.fromEntries(members),
    ...(lifetime === undefined ? {} : { lifetime }),
  };
}

/** Whether the minter of this side takes a request for every claim of a token. */
function takesRequest(side: Side, { raw, claims }: TokenCase): boolean {
  return raw !== true && Object.keys(claims).every((claim) => requestName(side, claim) !== undefined);
}

/** The claims every token has. */
const required = (issuer: string): JsonObject => ({
  ver: 1,
  iss: issuer,
  sub: ORDERS,
  aud: BILLING,
  iat: NOW,
  exp: NOW + LIFETIME,
  jti: randomBytes(16).toString('base64url'),
});

/** Mints one token with the minter of a side, or signs it as it stands. */
export async function mintToken(side: Side, signer: OpenSigner, token: TokenCase): Promise<string> {
  const { signers, issuer } = signer;
  if (!takesRequest(side, token)) {
    const signing = await signers.signerFor([BILLING]);
    return signing.sign(JSON.stringify({ ...required(issuer), ...token.claims }));
  }
  const minter = side.core.createMinter({ issuer, signers, clock });
  return (await minter.mint(requestOf(side, token))).token;
}

/** All that a verifier must say about a token. */
export function expectedIdentity(
  issuer: string,
  { claims, kept = claims, lifetime = LIFETIME }: TokenCase,
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

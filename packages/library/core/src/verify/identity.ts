import type { Actor, Confirmation, TokenClaims, TrustDomain, WorkloadId } from '@workload-identity/contract';
import { trustDomainOf } from '@workload-identity/contract';
import type { Rung } from '../keys/signer.ts';

/** Who a verified token speaks of. Frozen, without a prototype; nothing in it stood unverified. */
export interface VerifiedIdentity {
  /** The workload: `sub`. */
  readonly subject: WorkloadId;
  readonly trustDomain: TrustDomain;
  /** Who signed: `iss`. */
  readonly issuer: string;
  /** All audiences of the token; the verifier is one of them. */
  readonly audience: readonly string[];
  readonly roles: readonly string[];
  /** Who acts for the subject, the current actor first. Only the first may decide access (RFC 8693 section 4.1). */
  readonly actors: readonly { readonly subject: string; readonly issuer?: string }[];
  /** The key the token is bound to, whose proof was checked. */
  readonly confirmation?: Confirmation;
  /** `jti`. */
  readonly tokenId: string;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  readonly rung: Rung;
  /** `kid`, or on the `ca` rung the thumbprint (RFC 7638) of the key of the leaf. */
  readonly keyId: string;
  /** All claims of the contract, as read. */
  readonly claims: TokenClaims;
}

function actorsOf(claims: TokenClaims): VerifiedIdentity['actors'] {
  const actors: { subject: string; issuer?: string }[] = [];
  // Own members only: a polluted prototype must not make this an endless chain.
  const own = <K extends keyof Actor>(actor: Actor, name: K): Actor[K] | undefined =>
    Object.hasOwn(actor, name) ? actor[name] : undefined;
  for (let actor = claims.act; actor !== undefined; actor = own(actor, 'act')) {
    const issuer = own(actor, 'iss');
    actors.push(Object.freeze({ subject: actor.sub, ...(issuer === undefined ? undefined : { issuer }) }));
  }
  return Object.freeze(actors);
}

const NONE: readonly never[] = Object.freeze([]);

type Draft = { -readonly [Field in keyof VerifiedIdentity]: VerifiedIdentity[Field] };

/** Puts the identity together from claims that are already read and frozen. */
export function identityOf(claims: TokenClaims, rung: Rung, keyId: string): VerifiedIdentity {
  const { sub, aud } = claims;
  // The prototype goes first: members added to a bare object stay fast to read, a literal's would not.
  const identity: Draft = Object.setPrototypeOf({}, null);
  identity.subject = sub;
  identity.trustDomain = trustDomainOf(sub);
  identity.issuer = claims.iss;
  identity.audience = typeof aud === 'string' ? Object.freeze([aud]) : aud;
  identity.roles = claims.roles ?? NONE;
  identity.actors = claims.act === undefined ? NONE : actorsOf(claims);
  identity.tokenId = claims.jti;
  identity.issuedAt = claims.iat;
  identity.expiresAt = claims.exp;
  identity.rung = rung;
  identity.keyId = keyId;
  identity.claims = claims;
  if (claims.cnf !== undefined) identity.confirmation = claims.cnf;
  return Object.freeze(identity);
}

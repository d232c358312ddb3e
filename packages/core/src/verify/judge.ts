import type { ErrorCode, ErrorFacts, TokenClaims } from '@workload-identity/contract';
import { WorkloadIdentityError } from '@workload-identity/contract';
import type { Denials, TrustedAuthority, TrustSnapshot } from '../bundle/snapshot.ts';
import type { ResolvedKey } from './resolve.ts';

/** What a verifier holds a token against beside its signature. Times are seconds. */
export interface Expectations {
  readonly audiences: ReadonlySet<string>;
  readonly leeway: number;
  readonly maxLifetime: number;
}

function refuse(code: ErrorCode, detail?: string, facts: ErrorFacts = {}): never {
  throw new WorkloadIdentityError(code, detail === undefined ? facts : { ...facts, detail });
}

function judgeTime(claims: TokenClaims, { leeway, maxLifetime }: Expectations, now: number): void {
  const lifetime = claims.exp - claims.iat;
  if (lifetime > maxLifetime) {
    const facts = { expected: maxLifetime, presented: lifetime };
    refuse('lifetime_exceeded', `at most ${maxLifetime} seconds`, facts);
  }
  // Times are compared so that a clock that yields no number refuses everything.
  if (!(now < claims.exp + leeway)) {
    refuse('token_expired', `${Math.floor(now - claims.exp)} seconds ago`, { expiresAt: claims.exp });
  }
  const start = Math.max(claims.iat, claims.nbf ?? claims.iat);
  if (!(start <= now + leeway)) {
    refuse('token_not_yet_valid', `it starts in ${Math.ceil(start - now)} seconds`, { validFrom: start });
  }
}

function judgeLeaf(claims: TokenClaims, key: ResolvedKey, now: number): void {
  const { leaf } = key;
  if (leaf === undefined) return;
  // The leeway is for the token alone: given to the leaf as well it would count twice.
  if (!(now >= leaf.notBefore && now <= leaf.notAfter)) {
    refuse('leaf_expired', undefined, { validFrom: leaf.notBefore, expiresAt: leaf.notAfter });
  }
  if (!(claims.iat >= leaf.notBefore && claims.exp <= leaf.notAfter)) {
    refuse('leaf_expired', 'the token is not within it', { expiresAt: leaf.notAfter });
  }
}

const AUDIENCES_SHOWN = 3;

/** The first few of them, and how many more there are: a message has room for no more. */
function someOf(audiences: ReadonlySet<string>): string {
  const all = [...audiences];
  const shown = all.slice(0, AUDIENCES_SHOWN).join(', ');
  const more = all.length - AUDIENCES_SHOWN;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function judgeAudience(claims: TokenClaims, key: ResolvedKey, { audiences }: Expectations): void {
  const { aud } = claims;
  const meant = typeof aud === 'string' ? audiences.has(aud) : aud.some((one) => audiences.has(one));
  if (!meant) {
    const expected = someOf(audiences);
    refuse('audience_mismatch', `this verifier is ${expected}`, { expected });
  }
  if (key.audience === undefined) return;
  const only = typeof aud === 'string' ? aud : aud.length === 1 ? aud[0] : undefined;
  if (only !== key.audience) {
    const facts = { expected: key.audience };
    refuse('audience_mismatch', 'an audience-scoped key signs for its one audience', facts);
  }
}

/** An https URL names no trust domain, so an authority admits each of them by name: a CA may serve several trust domains. */
function isAdmitted({ services }: TrustedAuthority, issuer: string): boolean {
  return issuer.startsWith('spiffe://') || services?.has(issuer) === true;
}

function speaksFor(authority: TrustedAuthority, claims: TokenClaims, key: ResolvedKey): boolean {
  switch (authority.issuer) {
    case 'self':
      return claims.iss === claims.sub;
    case 'certificate':
      return key.leaf !== undefined && claims.iss === key.leaf.issuer && isAdmitted(authority, claims.iss);
    default:
      return claims.iss === authority.issuer;
  }
}

function mayAssert(authority: TrustedAuthority, claims: TokenClaims, leaf: ResolvedKey['leaf']): boolean {
  if (!authority.subjects.some((pattern) => pattern.matches(claims.sub))) return false;
  if (leaf === undefined) return true;
  return leaf.usage === 'self' ? claims.sub === claims.iss : leaf.permits(claims.sub);
}

// How far the most fitting authority came: the answer names the rule nearest to a yes.
const AUTHORITY_RULES = ['authority_expired', 'issuer_not_allowed', 'subject_not_allowed'] as const;

function judgeAuthority(claims: TokenClaims, key: ResolvedKey, now: number): void {
  let broken = 0;
  for (const authority of key.authorities) {
    if (authority.notAfter !== undefined && !(now < authority.notAfter)) continue;
    if (!speaksFor(authority, claims, key)) {
      broken = Math.max(broken, 1);
      continue;
    }
    if (mayAssert(authority, claims, key.leaf)) return;
    broken = 2;
  }
  refuse(AUTHORITY_RULES[broken] ?? 'subject_not_allowed');
}

/** Every name that decides: who is spoken of, who speaks, and who acts. Actors further in are history (RFC 8693 section 4.1). */
function judgeNames({ sub, iss, act }: TokenClaims, denied: Denials): void {
  if (denied.name(sub)) refuse('denied', 'its subject');
  if (iss !== sub && denied.name(iss)) refuse('denied', 'its issuer');
  if (act === undefined) return;
  if (denied.name(act.sub)) refuse('denied', 'its actor');
  if (Object.hasOwn(act, 'iss') && denied.name(act.iss as string))
    refuse('denied', 'the issuer of its actor');
}

function judgeDenials(claims: TokenClaims, key: ResolvedKey, { denied }: TrustSnapshot): void {
  for (const keyId of key.lineage) {
    if (denied.keys.has(keyId))
      refuse('denied', keyId === key.keyId ? 'its key' : 'a key that its key comes from');
  }
  if (denied.tokens.has(claims.jti)) refuse('denied', 'this token');
  judgeNames(claims, denied);
  if (!(claims.iat >= denied.issuedBefore)) refuse('denied', 'its time of issue');
}

/**
 * Judges claims whose signature held. Fresh and cached tokens go through this same door, so that a cache can never say
 * yes where a verification would say no.
 * @throws WorkloadIdentityError with the code of the first rule broken
 */
export function judge(
  claims: TokenClaims,
  key: ResolvedKey,
  snapshot: TrustSnapshot,
  expectations: Expectations,
  now: number,
): void {
  judgeTime(claims, expectations, now);
  judgeLeaf(claims, key, now);
  judgeAudience(claims, key, expectations);
  judgeAuthority(claims, key, now);
  judgeDenials(claims, key, snapshot);
}

import type { ErrorCode, ErrorFacts, TokenClaims } from '@workload-identity/contract';
import { WorkloadIdentityError } from '@workload-identity/contract';
import type { Denials, TrustedAuthority, TrustSnapshot } from '../bundle/snapshot.ts';
import type { LeafPath, ResolvedKey } from './resolve.ts';

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

// The leeway is for the token alone: given to the leaf as well it would count twice.
function isOpen({ notBefore, notAfter }: LeafPath, now: number): boolean {
  return now >= notBefore && now <= notAfter;
}

function holds(path: LeafPath, claims: TokenClaims, now: number): boolean {
  return isOpen(path, now) && claims.iat >= path.notBefore && claims.exp <= path.notAfter;
}

function judgeLeaf(claims: TokenClaims, { leaf }: ResolvedKey, now: number): void {
  if (leaf === undefined) return;
  for (const path of leaf.paths) if (holds(path, claims, now)) return;
  const open = leaf.paths.filter((path) => isOpen(path, now));
  // Of several the one that ends last is nearest to a yes.
  const [nearest] = (open.length > 0 ? open : leaf.paths).toSorted((a, b) => b.notAfter - a.notAfter);
  if (nearest === undefined) refuse('leaf_expired');
  const { notBefore: validFrom, notAfter: expiresAt } = nearest;
  if (open.length > 0) refuse('leaf_expired', 'the token is not within it', { expiresAt });
  refuse('leaf_expired', undefined, { validFrom, expiresAt });
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

function mayAssert(
  authority: TrustedAuthority,
  claims: TokenClaims,
  { leaf }: ResolvedKey,
  path: LeafPath | undefined,
): boolean {
  if (!authority.subjects.some((pattern) => pattern.matches(claims.sub))) return false;
  if (leaf === undefined) return true;
  return leaf.usage === 'self' ? claims.sub === claims.iss : path?.permits(claims.sub) === true;
}

// How far the most fitting authority came: the answer names the rule nearest to a yes.
const AUTHORITY_RULES = ['authority_expired', 'issuer_not_allowed', 'subject_not_allowed'] as const;
const ACCEPTED = AUTHORITY_RULES.length;

/** How many of the rules the most fitting of some authorities keeps. */
function rulesKept(
  authorities: readonly TrustedAuthority[],
  claims: TokenClaims,
  key: ResolvedKey,
  path: LeafPath | undefined,
  now: number,
): number {
  let kept = 0;
  for (const authority of authorities) {
    if (authority.notAfter !== undefined && !(now < authority.notAfter)) continue;
    if (!speaksFor(authority, claims, key)) kept = Math.max(kept, 1);
    else if (mayAssert(authority, claims, key, path)) return ACCEPTED;
    else kept = 2;
  }
  return kept;
}

function judgeAuthority(claims: TokenClaims, key: ResolvedKey, now: number): void {
  let kept = 0;
  if (key.leaf === undefined) kept = rulesKept(key.authorities, claims, key, undefined, now);
  else {
    for (const path of key.leaf.paths) {
      // An authority speaks through the anchor that it holds, and within the time and the names of this anchor alone.
      if (holds(path, claims, now))
        kept = Math.max(kept, rulesKept(path.authorities, claims, key, path, now));
    }
  }
  if (kept < ACCEPTED) refuse(AUTHORITY_RULES[kept] ?? 'subject_not_allowed');
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

function judgeLineage({ keyId, lineage }: ResolvedKey, denied: Denials): void {
  for (const one of lineage) {
    if (denied.keys.has(one)) refuse('denied', one === keyId ? 'its key' : 'a key that its key comes from');
  }
}

function judgeDenials(claims: TokenClaims, key: ResolvedKey, { denied }: TrustSnapshot): void {
  // The loop over an empty set is a tenth of what a known token costs.
  if (denied.keys.size > 0) judgeLineage(key, denied);
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

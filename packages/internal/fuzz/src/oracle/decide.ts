import { base64Length, strictBase64, strictBase64url } from './base64url.ts';
import { type ChainBook, contentsOf, findPath, type IssuedPath } from './chain.ts';
import { type OracleClaims, readClaims } from './claims.ts';
import { domainOf, isKeyId, isWorkloadId, matches } from './grammar.ts';
import { isMembers, type JsonMembers, readHeaderText, strictJsonOf } from './json.ts';
import type { Holds } from './signature.ts';
import { type OracleAuthority, type OracleTrust, thumbprintOf } from './trust.ts';

/** What a verifier is set up with (section 4). */
export interface OracleSetup {
  readonly trust: OracleTrust;
  readonly book: ChainBook;
  readonly audiences: readonly string[];
  readonly leeway: number;
  readonly maxLifetime: number;
  readonly acceptRs256: boolean;
  readonly readsChains: boolean;
  /** Seconds since 1970. */
  readonly now: number;
}

/** The key a presenter has proven. */
export interface Proven {
  readonly jkt?: string;
  readonly 'x5t#S256'?: string;
}

/** What the contract says of a token: the codes it may be refused with, or what a verifier may believe. */
export type Decision =
  | { readonly refused: readonly string[] }
  | {
      readonly refused?: undefined;
      readonly claims: OracleClaims;
      readonly rung: string;
      readonly keyId: string;
    };

const refuse = (...refused: readonly string[]): Decision => ({ refused });

const REFUSED_MEMBERS = 'jwk jku x5u x5t x5t#S256 crit b64 zip enc epk p2c p2s'.split(' ');
const ALGORITHMS: Readonly<Record<string, string>> = {
  HS256: 'HS256',
  HS384: 'HS384',
  HS512: 'HS512',
  ES256: 'ES256',
  ES384: 'ES384',
  Ed25519: 'Ed25519',
  EdDSA: 'Ed25519',
  PS256: 'PS256',
  RS256: 'RS256',
};

/** A key that a token may have been signed with. */
interface Found {
  readonly rung: string;
  readonly keyId: string;
  readonly alg: string;
  readonly holds: Holds;
  readonly authorities: readonly OracleAuthority[];
  readonly audience: string | undefined;
  readonly path: IssuedPath | undefined;
  /** Keys that are denied with it: issuers and anchor of its leaf, the secret it was derived from. */
  readonly comesFrom: readonly string[];
}

interface Header {
  readonly alg: string;
  readonly kid: string | undefined;
  readonly x5c: readonly string[];
}

const isSized = (der: Buffer | undefined): boolean =>
  der !== undefined && der.length > 2 && der.length <= 8_192;

/** Steps 3a to 3d. */
function readHeader(header: JsonMembers): Header | readonly string[] {
  if (REFUSED_MEMBERS.some((name) => header.has(name))) return ['header_invalid'];
  if (header.get('typ') !== 'wid+jwt') return ['type_unsupported'];
  const named = header.get('alg');
  const alg = typeof named === 'string' && Object.hasOwn(ALGORITHMS, named) ? ALGORITHMS[named] : undefined;
  if (alg === undefined) return ['algorithm_not_allowed'];
  const [kid, x5c] = [header.get('kid'), header.get('x5c')];
  if (header.has('kid') === header.has('x5c')) return ['header_invalid'];
  if (x5c === undefined) {
    return typeof kid === 'string' && isKeyId(kid) ? { alg, kid, x5c: [] } : ['header_invalid'];
  }
  if (alg.startsWith('HS')) return ['header_invalid'];
  if (!Array.isArray(x5c) || x5c.length < 1 || x5c.length > 3) return ['header_invalid'];
  if (!x5c.every((one) => typeof one === 'string')) return ['header_invalid'];
  if (x5c.some((one) => base64Length(one) === undefined)) return ['header_invalid'];
  // Whether it is the header or the chain that is wrong no step says: bits after the last byte, the size in bytes, and
  // what is too short for any certificate.
  if (x5c.some((one) => !isSized(strictBase64(one)))) {
    return ['header_invalid', 'chain_invalid', 'rung_unsupported'];
  }
  return { alg, kid: undefined, x5c };
}

/** Step 4. */
function findKey({ kid, x5c }: Header, setup: OracleSetup): Found | readonly string[] {
  const { trust, book, now } = setup;
  if (kid !== undefined) {
    const key = trust.keys.get(kid);
    return key === undefined ? ['key_unknown'] : { ...key, keyId: kid, path: undefined };
  }
  if (!setup.readsChains) return ['rung_unsupported'];
  const authorities = trust.authorities.filter(({ rung }) => rung === 'ca');
  const known = new Set(authorities.flatMap(({ anchors }) => anchors));
  const path = findPath(x5c, book, (der) => known.has(contentsOf(der)));
  const holding = authorities.filter(({ anchors }) => path !== undefined && anchors.includes(path.anchor));
  const bad = ['chain_invalid', 'chain_untrusted', 'leaf_expired'];
  if (path === undefined || path.flaw !== undefined || holding.length === 0) return bad;
  if (isWorkloadId(path.uri) && domainOf(path.uri) !== trust.trustDomain) return bad;
  if (!(Math.floor(now) >= path.notBefore && Math.floor(now) <= path.notAfter)) return bad;
  const { alg, keyId, holds } = path;
  return {
    rung: 'ca',
    keyId,
    alg,
    holds,
    authorities: holding,
    audience: undefined,
    path,
    comesFrom: path.keysAbove,
  };
}

function speaks(
  authority: OracleAuthority,
  { iss, sub }: OracleClaims,
  path: IssuedPath | undefined,
): boolean {
  if (authority.issuer === 'self') return iss === sub;
  if (authority.issuer !== 'certificate') return iss === authority.issuer;
  return iss === path?.uri && (isWorkloadId(iss) || authority.services.includes(iss));
}

function asserts(
  authority: OracleAuthority,
  { iss, sub }: OracleClaims,
  path: IssuedPath | undefined,
): boolean {
  if (!authority.subjects.some((pattern) => matches(pattern, sub))) return false;
  if (path === undefined) return true;
  return path.usage === 'self' ? sub === iss : path.permits(sub);
}

/** Step 14. */
function authorityFailure(claims: OracleClaims, key: Found, now: number): string | undefined {
  const active = key.authorities.filter(({ notAfter }) => now < notAfter);
  if (active.length === 0) return 'authority_expired';
  const speaking = active.filter((one) => speaks(one, claims, key.path));
  if (speaking.length === 0) return 'issuer_not_allowed';
  return speaking.some((one) => asserts(one, claims, key.path)) ? undefined : 'subject_not_allowed';
}

/** Step 15. */
function isDenied(claims: OracleClaims, { keyId, comesFrom }: Found, { denied }: OracleTrust): boolean {
  const { jti, sub, iss, iat, actorNames } = claims;
  return (
    [keyId, ...comesFrom].some((one) => denied.keys.has(one)) ||
    denied.tokens.has(jti) ||
    [sub, iss, ...actorNames].some((name) => denied.subjects.some((pattern) => matches(pattern, name))) ||
    iat < denied.issuedBefore
  );
}

/** Step 16. */
function confirmationFailure({ cnf }: OracleClaims, proven: Proven | undefined): string | undefined {
  if (cnf === undefined) return proven === undefined ? undefined : 'confirmation_mismatch';
  if (proven === undefined) return 'confirmation_required';
  const [method, value] = cnf;
  const wanted = method === 'jwk' ? thumbprintOf(Object.fromEntries(value as JsonMembers)) : value;
  const shown = method === 'x5t#S256' ? proven['x5t#S256'] : proven.jkt;
  return shown !== undefined && shown === wanted ? undefined : 'confirmation_mismatch';
}

/** Steps 9 to 16: what remains of a token when its signature holds and its claims have their form. */
function judge(claims: OracleClaims, key: Found, setup: OracleSetup, proven: Proven | undefined): Decision {
  const { iat, exp, nbf = iat, aud } = claims;
  const { now, leeway, path } = { ...setup, path: key.path };
  if (exp - iat > setup.maxLifetime) return refuse('lifetime_exceeded');
  if (now >= exp + leeway) return refuse('token_expired');
  if (Math.max(iat, nbf) > now + leeway) return refuse('token_not_yet_valid');
  if (path !== undefined) {
    const { notBefore, notAfter } = path;
    if (now > notAfter || iat < notBefore || exp > notAfter) return refuse('leaf_expired');
  }
  const isMeant = aud.some((one) => setup.audiences.includes(one));
  const isScoped = key.audience === undefined || (aud.length === 1 && aud[0] === key.audience);
  if (!isMeant || !isScoped) return refuse('audience_mismatch');
  const failure = authorityFailure(claims, key, now);
  if (failure !== undefined) return refuse(failure);
  if (isDenied(claims, key, setup.trust)) return refuse('denied');
  const unproven = confirmationFailure(claims, proven);
  if (unproven !== undefined) return refuse(unproven);
  return { claims, rung: key.rung, keyId: key.keyId };
}

/** Decides on a token by the steps of section 4 of docs/contract/v1.md, and by nothing of the code under test. */
export function decide(token: string, setup: OracleSetup, proven?: Proven): Decision {
  if (token.length > 16_384) return refuse('token_too_large');
  // Bytes and characters differ only where a token is malformed anyway.
  if (Buffer.byteLength(token) > 16_384) return refuse('token_too_large', 'token_malformed');
  const [head = '', body = '', mac = '', ...more] = token.split('.');
  const headerTooLarge = Math.floor((head.length * 3) / 4) > 8_192;
  const [header, signature] = [head, mac].map((part) => (part === '' ? undefined : strictBase64url(part)));
  const isCut = header !== undefined && signature !== undefined && mac.length <= 1_366;
  if (!isCut || body === '' || more.length > 0) {
    return headerTooLarge ? refuse('token_too_large', 'token_malformed') : refuse('token_malformed');
  }
  if (headerTooLarge) return refuse('token_too_large');
  const written = readHeaderText(header);
  if (!('value' in written)) return refuse(...written);
  const members = written.value;
  if (!isMembers(members)) return refuse('header_invalid');
  const read = readHeader(members);
  if (!('alg' in read)) return refuse(...read);
  if (read.alg === 'RS256' && !setup.acceptRs256) return refuse('algorithm_not_allowed');
  const key = findKey(read, setup);
  if (!('alg' in key)) return refuse(...key);
  if (key.alg !== read.alg) return refuse('algorithm_not_allowed');
  const payload = strictBase64url(body);
  if (payload === undefined) return refuse('token_malformed');
  if (!key.holds(`${head}.${body}`, signature)) return refuse('signature_invalid');
  const claims = strictJsonOf(payload, 8);
  if (claims === undefined) return refuse('token_malformed');
  const known = readClaims(claims);
  return typeof known === 'string' ? refuse(known) : judge(known, key, setup, proven);
}

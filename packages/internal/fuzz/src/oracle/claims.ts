import {
  isAudience,
  isHash,
  isIssuer,
  isJwkBytes,
  isLine,
  isRole,
  isTokenId,
  isTransaction,
  isWorkloadId,
} from './grammar.ts';
import { compact, isMembers, type Json, type JsonMembers } from './json.ts';

/** The claims as a verifier may use them. */
export interface OracleClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: readonly string[];
  readonly iat: number;
  readonly exp: number;
  readonly nbf: number | undefined;
  readonly jti: string;
  readonly cnf: readonly [method: string, value: Json] | undefined;
  /** Every claim that is kept, as compact JSON. */
  readonly kept: string;
  readonly actors: readonly JsonMembers[];
  /** `sub` and `iss` of the outermost actor, where there is one. */
  readonly actorNames: readonly string[];
}

type Rule = (value: Json) => boolean;

const LAST_SECOND = 253_402_300_799;
const isText =
  (rule: (text: string) => boolean): Rule =>
  (value) =>
    typeof value === 'string' && rule(value);
const isTime: Rule = (value) =>
  typeof value === 'number' && Math.floor(value) === value && value >= 0 && value <= LAST_SECOND;
const isListOf =
  (rule: Rule, least: number, most: number): Rule =>
  (value) =>
    Array.isArray(value) && value.length >= least && value.length <= most && value.every(rule);

const isActorName = isText(isIssuer);

function isActor(value: Json, deepest: number): boolean {
  if (deepest === 0 || !isMembers(value)) return false;
  const { sub, iss, act } = Object.fromEntries(value) as Record<string, Json | undefined>;
  if (sub === undefined || !isActorName(sub)) return false;
  if (iss !== undefined && !isActorName(iss)) return false;
  return act === undefined || isActor(act, deepest - 1);
}

const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];
const KEY_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'x', 'y'],
  OKP: ['crv', 'x'],
  RSA: ['n', 'e'],
};

function isPublicJwk(value: Json): boolean {
  if (!isMembers(value) || SECRET_MEMBERS.some((name) => value.has(name))) return false;
  const kty = value.get('kty');
  if (kty !== 'EC' && kty !== 'OKP' && kty !== 'RSA') return false;
  const needed = KEY_MEMBERS[kty] ?? [];
  if (!needed.every((name) => isText(isJwkBytes)(value.get(name) ?? null))) return false;
  return ['alg', 'kid', 'use'].every((name) => !value.has(name) || isText(isLine)(value.get(name) ?? null));
}

const METHODS = ['jkt', 'x5t#S256', 'jwk'];

function methodOf(cnf: JsonMembers): string | undefined {
  const there = METHODS.filter((name) => cnf.has(name));
  return there.length === 1 ? there[0] : undefined;
}

const isConfirmation: Rule = (value) => {
  if (!isMembers(value) || value.has('jwe') || value.has('jku')) return false;
  const method = methodOf(value);
  if (method === undefined) return false;
  const named = value.get(method) ?? null;
  return method === 'jwk' ? isPublicJwk(named) : isText(isHash)(named);
};

const isAttestation: Rule = (value) =>
  isMembers(value) &&
  isText(isRole)(value.get('method') ?? null) &&
  isText(isLine)(value.get('issuer') ?? null) &&
  isText(isLine)(value.get('subject') ?? null);

function hasFiniteNumbers(value: Json): boolean {
  if (typeof value === 'number') return value - value === 0;
  if (Array.isArray(value)) return value.every(hasFiniteNumbers);
  return !isMembers(value) || [...value.values()].every(hasFiniteNumbers);
}

function hasPrototype(value: Json): boolean {
  if (Array.isArray(value)) return value.some(hasPrototype);
  return isMembers(value) && (value.has('__proto__') || [...value.values()].some(hasPrototype));
}

const isExtension: Rule = (value) =>
  isMembers(value) &&
  hasFiniteNumbers(value) &&
  !hasPrototype(value) &&
  Buffer.byteLength(compact(value)) <= 4_096;

const REQUIRED: Readonly<Record<string, Rule>> = {
  iss: isText(isIssuer),
  sub: isText(isWorkloadId),
  aud: (value) => isText(isAudience)(value) || isListOf(isText(isAudience), 1, 8)(value),
  iat: isTime,
  exp: isTime,
  jti: isText(isTokenId),
};
const OPTIONAL: Readonly<Record<string, Rule>> = {
  nbf: isTime,
  roles: isListOf(isText(isRole), 0, 32),
  cnf: isConfirmation,
  act: (value) => isActor(value, 4),
  txn: isText(isTransaction),
  att: isAttestation,
  ext: isExtension,
};

/** Leaves out of `cnf`, `act` and `att` what the contract does not name. */
function keep(value: JsonMembers, names: readonly string[]): JsonMembers {
  return new Map(
    names.flatMap((name) => (value.has(name) ? [[name, value.get(name) as Json] as const] : [])),
  );
}

function kept(name: string, value: Json): Json {
  if (!isMembers(value)) return value;
  if (name === 'att') return keep(value, ['method', 'issuer', 'subject']);
  if (name === 'cnf') {
    const one = keep(value, METHODS);
    const jwk = one.get('jwk');
    if (!isMembers(jwk)) return one;
    return new Map([
      ['jwk', keep(jwk, ['kty', ...(KEY_MEMBERS[jwk.get('kty') as string] ?? []), 'alg', 'kid', 'use'])],
    ]);
  }
  if (name !== 'act') return value;
  const actor = new Map(keep(value, ['sub', 'iss', 'act']));
  if (actor.has('act')) actor.set('act', kept('act', actor.get('act') as Json));
  return actor;
}

function actorsOf(value: Json | undefined): readonly JsonMembers[] {
  return isMembers(value) ? [value, ...actorsOf(value.get('act'))] : [];
}

/** Holds a payload against section 2.4: its claims, or the code of the step that fails. */
export function readClaims(payload: Json): OracleClaims | 'claims_invalid' | 'version_unsupported' {
  if (!isMembers(payload)) return 'claims_invalid';
  const ver = payload.get('ver');
  if (typeof ver !== 'number' || Math.floor(ver) !== ver || ver - ver !== 0) return 'claims_invalid';
  if (ver !== 1) return 'version_unsupported';
  for (const [name, rule] of Object.entries(REQUIRED)) {
    const value = payload.get(name);
    if (value === undefined || !rule(value)) return 'claims_invalid';
  }
  for (const [name, rule] of Object.entries(OPTIONAL)) {
    const value = payload.get(name);
    if (value !== undefined && !rule(value)) return 'claims_invalid';
  }
  const [iat, exp, nbf] = ['iat', 'exp', 'nbf'].map((name) => payload.get(name)) as [number, number, number?];
  if (exp <= iat || (nbf !== undefined && nbf >= exp)) return 'claims_invalid';
  const names = ['ver', ...Object.keys(REQUIRED), ...Object.keys(OPTIONAL)];
  const all = new Map([...keep(payload, names)].map(([name, value]) => [name, kept(name, value)] as const));
  const { iss, sub, aud, jti } = Object.fromEntries(payload) as Record<'iss' | 'sub' | 'aud' | 'jti', string>;
  const cnf = payload.get('cnf');
  const act = payload.get('act');
  const method = isMembers(cnf) ? methodOf(cnf) : undefined;
  return {
    iss,
    sub,
    aud: typeof aud === 'string' ? [aud] : aud,
    iat,
    exp,
    nbf,
    jti,
    cnf: method === undefined ? undefined : [method, (cnf as JsonMembers).get(method) as Json],
    kept: compact(all),
    actors: actorsOf(act),
    actorNames: isMembers(act)
      ? ['sub', 'iss'].flatMap((name) => (act.has(name) ? [act.get(name) as string] : []))
      : [],
  };
}

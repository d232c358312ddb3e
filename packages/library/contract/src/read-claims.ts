import type { TokenClaims } from './claims.ts';
import { CONTRACT } from './constants.ts';
import { WorkloadIdentityError } from './error.ts';
import { isWorkloadId } from './identifier.ts';
import { invalidClaim, isObject, type JsonObject, own, required } from './json-object.ts';
import { LIMITS } from './limits.ts';
import { isAudience, isIssuer, isTokenId } from './names.ts';
import { OPTIONAL_CLAIMS } from './optional-claims.ts';
import { isTime } from './time.ts';

function isAudiences(value: unknown): value is string | readonly string[] {
  if (!Array.isArray(value)) return isAudience(value);
  return value.length >= 1 && value.length <= LIMITS.audiences && value.every(isAudience);
}

const OPTIONAL = Object.entries(OPTIONAL_CLAIMS).map(([name, { form }]) => [name, form.read] as const);

const REQUIRED = 7;

/** Reads `sub`. Where it repeats `iss` its text was looked through already: the other kind of issuer begins with `https`. */
function readSubject(value: JsonObject, iss: string): string {
  if (own(value, 'sub') === iss && iss.startsWith('spiffe:')) return iss;
  return required(value, 'sub', isWorkloadId, 'is a workload identifier');
}

/** Times that contradict each other at every moment: no clock is needed to refuse them. */
function checkTimes({ iat, exp, nbf }: TokenClaims): void {
  if (exp <= iat) throw invalidClaim('exp', 'is later than `iat`');
  if (nbf !== undefined && nbf >= exp) throw invalidClaim('nbf', 'is earlier than `exp`');
}

/**
 * Reads a decoded payload by the claims of the contract. Claims it does not know are ignored: that is how the contract grows.
 * The result is a frozen copy, has no prototype and holds known claims alone. Whether they are true at this time, for this
 * audience and from this authority is the verifier's question.
 *
 * @param value a parsed payload
 * @throws WorkloadIdentityError `claims_invalid`, `version_unsupported`
 */
export function readClaims(value: unknown): TokenClaims {
  if (!isObject(value)) {
    throw new WorkloadIdentityError('claims_invalid', { detail: 'the payload is not a JSON object' });
  }
  const ver = own(value, 'ver');
  if (!Number.isInteger(ver)) throw invalidClaim('ver', 'is a whole number');
  if (ver !== CONTRACT.version) throw new WorkloadIdentityError('version_unsupported');

  // The prototype goes first: members added to a bare object stay fast to read, a literal's would not.
  const read: Record<string, unknown> = Object.setPrototypeOf({}, null);
  read.ver = ver;
  const iss = required(value, 'iss', isIssuer, 'is a workload identifier or an https URL');
  read.iss = iss;
  read.sub = readSubject(value, iss);
  const aud = required(value, 'aud', isAudiences, `is one audience or up to ${LIMITS.audiences}`);
  read.aud = typeof aud === 'string' ? aud : Object.freeze([...aud]);
  read.iat = required(value, 'iat', isTime, 'is a whole number of seconds');
  read.exp = required(value, 'exp', isTime, 'is a whole number of seconds');
  read.jti = required(value, 'jti', isTokenId, 'is 16 to 128 of `A-Z a-z 0-9 . _ : -`');
  if (Object.keys(value).length > REQUIRED) {
    for (const [name, readOne] of OPTIONAL) {
      if (Object.hasOwn(value, name)) read[name] = readOne(value[name], name);
    }
  }
  const claims = Object.freeze(read) as unknown as TokenClaims;
  checkTimes(claims);
  return claims;
}

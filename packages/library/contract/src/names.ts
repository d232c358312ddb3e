import { isWorkloadId } from './identifier.ts';
import { LIMITS } from './limits.ts';
import { ATTESTATION_METHOD, ROLE, SERVICE_URL, TOKEN_ID, VISIBLE_ASCII, VISIBLE_TEXT } from './patterns.ts';

/** Tells whether a value is a role name: `[a-z0-9._:-]{1,64}`. */
export function isRole(value: unknown): value is string {
  return typeof value === 'string' && ROLE.test(value);
}

/** Tells whether a value is an audience: 1 to 2048 visible ASCII characters, compared exactly. */
export function isAudience(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LIMITS.audienceBytes && VISIBLE_ASCII.test(value);
}

/** Tells whether a value can be `iss`: a workload identifier, or the https URL of a token service. */
export function isIssuer(value: unknown): value is string {
  return (
    isWorkloadId(value) ||
    (typeof value === 'string' && value.length <= LIMITS.identifierBytes && SERVICE_URL.test(value))
  );
}

/** Tells whether a value can be `jti`: 16 to 128 of `A-Z a-z 0-9 . _ : -`. */
export function isTokenId(value: unknown): value is string {
  return typeof value === 'string' && TOKEN_ID.test(value);
}

/** Tells whether a value can be `att.method`: `[a-z0-9._:-]{1,64}`. */
export function isAttestationMethod(value: unknown): value is string {
  return typeof value === 'string' && ATTESTATION_METHOD.test(value);
}

/** Tells whether a value is one line of 1 to 2048 visible ASCII characters and spaces. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && VISIBLE_TEXT.test(value);
}

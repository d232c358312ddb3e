import { LIMITS, WorkloadIdentityError } from '@workload-identity/contract';
import type { HttpRequest } from './request.ts';

// Carriers of credentials this library knows and does not take as a bearer token: RFC 9449, WIMSE service to service.
const OTHER_CREDENTIALS = ['dpop', 'workload-identity-token', 'workload-proof-token'] as const;
const SCHEME = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?: |$)/;
const TOKEN68 = /^[A-Za-z0-9._~+/-]+=*$/;
const BEARER = 'bearer ';
const MAX_HEADER = BEARER.length + LIMITS.tokenBytes;

function ambiguous(detail: string): WorkloadIdentityError {
  return new WorkloadIdentityError('credential_ambiguous', { detail });
}

/**
 * The bearer token of a request (RFC 6750 section 2.1): one `Authorization` header, the scheme in any case, one space,
 * then `token68` and nothing else. Only a request without any credential at all gives `undefined`.
 * @throws WorkloadIdentityError `credential_missing` for credentials of another kind; `credential_ambiguous`;
 * `token_too_large`
 */
export function bearerToken(request: HttpRequest): string | undefined {
  const other = OTHER_CREDENTIALS.find((name) => request.header(name).length > 0);
  const values = request.header('authorization');
  const [value] = values;
  if (value === undefined) {
    if (other === undefined) return undefined;
    throw new WorkloadIdentityError('credential_missing', {
      detail: `a header \`${other}\` alone is none`,
    });
  }
  if (values.length > 1) throw ambiguous('`Authorization` was sent more than once');
  if (other !== undefined) throw ambiguous(`a header \`${other}\` stands beside \`Authorization\``);
  if (value.length > MAX_HEADER) throw new WorkloadIdentityError('token_too_large');
  if (value.includes(',')) throw ambiguous('`Authorization` holds a comma');
  const token = value.slice(BEARER.length);
  if (value.slice(0, BEARER.length).toLowerCase() === BEARER && TOKEN68.test(token)) return token;
  throw notBearer(value);
}

/** Why the value of an `Authorization` header is not one bearer token. */
function notBearer(value: string): WorkloadIdentityError {
  const scheme = SCHEME.exec(value)?.[1]?.toLowerCase();
  if (scheme === undefined) return ambiguous('`Authorization` names no scheme');
  if (scheme === 'bearer') return ambiguous('not one token follows the scheme `Bearer` after one space');
  return new WorkloadIdentityError('credential_missing', { detail: 'another scheme than Bearer was used' });
}

/** Tells whether this is a CORS preflight as the Fetch standard sends it: it never carries credentials. */
export function isPreflight(request: HttpRequest): boolean {
  return (
    request.method === 'OPTIONS' &&
    request.header('origin').length === 1 &&
    request.header('access-control-request-method').length === 1 &&
    ['authorization', ...OTHER_CREDENTIALS].every((name) => request.header(name).length === 0)
  );
}

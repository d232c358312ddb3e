import { ERROR_CODES, isWorkloadIdentityError, type PublicErrorCode } from '@workload-identity/contract';
import { announce } from './announce.ts';

/** A refusal, ready to be sent as it is. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

// RFC 6750 section 3: a challenge has at least one parameter, and names no error when no credential was seen.
const CHALLENGE = 'Bearer realm="workload-identity"';
const RETRY_AFTER_SECONDS = '5';

function answer(status: number, problem: object, extra: Readonly<Record<string, string>> = {}): HttpAnswer {
  return Object.freeze({
    status,
    headers: Object.freeze({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...extra,
    }),
    body: JSON.stringify(problem),
  });
}

function problem(
  code: PublicErrorCode,
  status: number,
  title: string,
  extra: Readonly<Record<string, string>>,
): HttpAnswer {
  return answer(status, { type: `urn:workload-identity:problem:${code}`, title, status, code }, extra);
}

/** What a peer is told: status and challenge by RFC 6750 section 3.1, body by RFC 9457. */
const ANSWERS: Readonly<Record<PublicErrorCode, HttpAnswer>> = {
  credential_missing: problem('credential_missing', 401, 'A credential is required', {
    'www-authenticate': CHALLENGE,
  }),
  invalid_request: problem('invalid_request', 400, 'The credential is not in an accepted form', {
    'www-authenticate': `${CHALLENGE}, error="invalid_request"`,
  }),
  invalid_token: problem('invalid_token', 401, 'The token is not accepted', {
    'www-authenticate': `${CHALLENGE}, error="invalid_token"`,
  }),
  not_authorized: problem('not_authorized', 403, 'The caller may not do this', {
    'www-authenticate': `${CHALLENGE}, error="insufficient_scope"`,
  }),
  temporarily_unavailable: problem('temporarily_unavailable', 503, 'Callers cannot be verified now', {
    'retry-after': RETRY_AFTER_SECONDS,
  }),
};

// Not one of ours, so it has no code: a fault of this service, told to its operator and not to the peer.
const FAULT = answer(500, { type: 'about:blank', title: 'Internal Server Error', status: 500 });

/**
 * The answer to a refused request, and the only place that knows status codes. It says the public code and nothing more;
 * anything that is not a {@link WorkloadIdentityError} is 500. The refusal is published on `workload-identity:http`.
 */
export function answerFor(error: unknown): HttpAnswer {
  const known = isWorkloadIdentityError(error) ? error.code : undefined;
  const code = known !== undefined && Object.hasOwn(ERROR_CODES, known) ? known : undefined;
  const found = code === undefined ? FAULT : ANSWERS[ERROR_CODES[code].publicCode];
  announce(found.status, code, error);
  return found;
}

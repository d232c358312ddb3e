import { expect } from 'vitest';
import type { RawResponse } from './raw-http.ts';

const BODY = 'application/problem+json';

/** Every answer a refused caller can get, written out: this is the promise, not a copy of the code. */
export const REFUSALS = {
  credential_missing: {
    status: 401,
    challenge: 'Bearer realm="workload-identity"',
    body: '{"type":"urn:workload-identity:problem:credential_missing","title":"A credential is required","status":401,"code":"credential_missing"}',
  },
  invalid_request: {
    status: 400,
    challenge: 'Bearer realm="workload-identity", error="invalid_request"',
    body: '{"type":"urn:workload-identity:problem:invalid_request","title":"The credential is not in an accepted form","status":400,"code":"invalid_request"}',
  },
  invalid_token: {
    status: 401,
    challenge: 'Bearer realm="workload-identity", error="invalid_token"',
    body: '{"type":"urn:workload-identity:problem:invalid_token","title":"The token is not accepted","status":401,"code":"invalid_token"}',
  },
  not_authorized: {
    status: 403,
    challenge: 'Bearer realm="workload-identity", error="insufficient_scope"',
    body: '{"type":"urn:workload-identity:problem:not_authorized","title":"The caller may not do this","status":403,"code":"not_authorized"}',
  },
  temporarily_unavailable: {
    status: 503,
    challenge: undefined,
    body: '{"type":"urn:workload-identity:problem:temporarily_unavailable","title":"Callers cannot be verified now","status":503,"code":"temporarily_unavailable"}',
  },
  fault: {
    status: 500,
    challenge: undefined,
    body: '{"type":"about:blank","title":"Internal Server Error","status":500}',
  },
} as const;

export type Refusal = keyof typeof REFUSALS;

/** The whole answer is the fixed one. */
export function expectAnswer(response: RawResponse, refusal: Refusal, method = 'GET'): void {
  const { status, challenge, body } = REFUSALS[refusal];
  expect({
    status: response.status,
    challenge: response.header('www-authenticate'),
    type: response.header('content-type'),
    cache: response.header('cache-control'),
    retryAfter: response.header('retry-after'),
    body: response.body,
  }).toEqual({
    status,
    challenge,
    type: BODY,
    cache: 'no-store',
    retryAfter: refusal === 'temporarily_unavailable' ? '5' : undefined,
    body: method === 'HEAD' ? '' : body,
  });
}

/** The answer is one of the fixed ones, or the HTTP parser refused the bytes before any handler saw them. */
export function expectSomeRefusal(response: RawResponse): void {
  const found = (Object.keys(REFUSALS) as Refusal[]).find((one) => REFUSALS[one].body === response.body);
  if (found !== undefined) {
    expectAnswer(response, found);
    expect([400, 401]).toContain(response.status);
    return;
  }
  expect([400, 431]).toContain(response.status);
  expect(response.header('www-authenticate')).toBeUndefined();
  expect(response.body.length).toBeLessThan(200);
  expect(response.body).not.toMatch(/\n\s+at /);
}

import { ERROR_CODES, type ErrorCode, WorkloadIdentityError } from '@workload-identity/contract';
import { describe, expect, test } from 'vitest';
import { answerFor } from './answer.ts';

const STATUS = {
  credential_missing: 401,
  invalid_request: 400,
  invalid_token: 401,
  not_authorized: 403,
  temporarily_unavailable: 503,
} as const;
const ERROR = {
  credential_missing: undefined,
  invalid_request: 'invalid_request',
  invalid_token: 'invalid_token',
  not_authorized: 'insufficient_scope',
  temporarily_unavailable: undefined,
} as const;
const SECRET = 'eyCanary';

describe('attack 45: an answer says its public code and nothing more', () => {
  test.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s', (code) => {
    const { publicCode, message, fix } = ERROR_CODES[code];
    const error = new WorkloadIdentityError(code, { detail: SECRET, cause: new Error(SECRET) });
    const { status, headers, body } = answerFor(error);
    expect(status).toBe(STATUS[publicCode]);
    expect(JSON.parse(body)).toEqual({
      type: `urn:workload-identity:problem:${publicCode}`,
      title: expect.any(String),
      status,
      code: publicCode,
    });
    for (const hidden of [SECRET, message, fix, ...(code === publicCode ? [] : [code])]) {
      expect(JSON.stringify(headers) + body).not.toContain(hidden);
    }
    const challenge = headers['www-authenticate'];
    expect(challenge !== undefined).toBe(status !== 503);
    expect(/ error="(.*)"$/.exec(challenge ?? '')?.[1]).toBe(ERROR[publicCode]);
    expect(headers['retry-after']).toBe(status === 503 ? '5' : undefined);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(headers['cache-control']).toBe('no-store');
  });
});

test('answers of one public code are the same, so that they are no oracle', () => {
  const answers = (['signature_invalid', 'key_unknown', 'denied', 'token_expired'] as const).map((code) =>
    answerFor(new WorkloadIdentityError(code)),
  );
  expect(new Set(answers).size).toBe(1);
});

function branded(code: unknown): Error {
  return Object.assign(new Error(SECRET), { [Symbol.for('workload-identity/error')]: true, code });
}

test.each([
  ['an error', new Error(SECRET)],
  ['a TypeError', new TypeError(SECRET)],
  ['an error with a status of its own', Object.assign(new Error(SECRET), { status: 200, statusCode: 200 })],
  ['an error with our code and not our class', Object.assign(new Error(SECRET), { code: 'not_authorized' })],
  ['an error of a newer copy of this library', branded('from_the_future')],
  ['an error whose code is a name of every object', branded('constructor')],
  ['an error whose code is no text', branded({})],
  ['a text', SECRET],
  ['nothing', undefined],
  ['null', null],
  ['an object', { code: 'credential_missing' }],
])('attack 44: a fault is 500 with a fixed body: %s', (_, thrown) => {
  expect(answerFor(thrown)).toEqual({
    status: 500,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    body: '{"type":"about:blank","title":"Internal Server Error","status":500}',
  });
});

test('an answer cannot be changed for the next one', () => {
  const { headers } = answerFor(new WorkloadIdentityError('denied'));
  expect(() => Object.assign(headers, { 'x-more': '1' })).toThrow(TypeError);
});

test('the code of an error is asked for once: what it says later cannot break the answer', () => {
  const codes = ['denied', 'from_the_future'];
  const error = Object.defineProperty(branded('denied'), 'code', { get: () => codes.shift() });
  expect(answerFor(error)).toBe(answerFor(new WorkloadIdentityError('denied')));
});

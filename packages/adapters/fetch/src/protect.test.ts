import type { VerifiedIdentity, Verifier } from '@workload-identity/core';
import { assert, asyncProperty, constantFrom } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { protect } from './index.ts';

const SUBJECT = 'spiffe://prod.example.com/orders';
const identity: Verifier = {
  async verify() {
    return Object.freeze({ __proto__: null, subject: SUBJECT, roles: ['a'] }) as never as VerifiedIdentity;
  },
};
const handle = protect(
  identity,
  (request, { caller }) => {
    calls.push([request.method, caller.subject, [...request.headers.keys()]]);
    return ANSWER;
  },
  { roles: ['a'] },
);
const forbidden = protect(identity, () => ANSWER, { roles: ['b'] });
const ANSWER = new Response('handled');
let calls: unknown[] = [];

const NAMES = [
  'status',
  'statusText',
  'headers',
  'method',
  'body',
  'mode',
  'cache',
  'caller',
  'incoming',
  'req',
];
const VALUES = [true, 7, 'x', 'POST', {}, ['x'], { rawHeaders: [], headers: {} }, { subject: 'forged' }];
const HEADERS = { authorization: 'Bearer t', 'x-workload-identity-subject': 'forged', accept: 'x' };

/** What is answered and seen, while this stands on `Object.prototype` or while nothing does. */
async function told(headers: Record<string, string>, handler: typeof handle, name = '', value?: unknown) {
  calls = [];
  const request = new Request('http://localhost', { headers });
  const polluted = { __proto__: null, value, configurable: true, writable: true, enumerable: true };
  if (name !== '') Object.defineProperty(Object.prototype, name, polluted as PropertyDescriptor);
  let response: Response;
  try {
    response = await handler(request);
  } finally {
    if (name !== '') Reflect.deleteProperty(Object.prototype, name);
  }
  const { status, statusText } = response;
  return { status, statusText, headers: [...response.headers], text: await response.clone().text(), calls };
}

describe('attack 50: whatever stands on `Object.prototype`', () => {
  it.each([
    ['a caller that is let in', HEADERS, handle, 200],
    ['a caller that may not', HEADERS, forbidden, 403],
    ['nobody', {}, handle, 401],
  ] as const)(
    'the answer and what the handler sees stay the same for %s',
    async (_, headers, handler, status) => {
      const expected = await told(headers, handler);
      expect(expected.status).toBe(status);
      await assert(
        asyncProperty(constantFrom(...NAMES), constantFrom(...VALUES), async (name, value) => {
          expect(await told(headers, handler, name, value)).toEqual(expected);
        }),
        { numRuns: 150 },
      );
    },
  );
});

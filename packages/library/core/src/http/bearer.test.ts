import { LIMITS } from '@workload-identity/contract';
import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bearerToken, isPreflight } from './bearer.ts';
import type { HttpRequest } from './request.ts';

function requestWith(headers: Record<string, readonly string[]>, method = 'GET'): HttpRequest {
  return { method, header: (name) => headers[name] ?? [] };
}

const token = (...authorization: string[]) => bearerToken(requestWith({ authorization }));

test('one token after one space is read, the scheme in any case', () => {
  expect(token('Bearer a.b.c')).toBe('a.b.c');
  expect(token('bEARER A-Z._~+/==')).toBe('A-Z._~+/==');
});

test('no credential at all is no error', () => {
  expect(token()).toBeUndefined();
  expect(bearerToken(requestWith({ cookie: ['token=a.b.c'] }))).toBeUndefined();
});

describe('attack 44: everything else is refused', () => {
  test.each([
    [''],
    [' '],
    ['Bearer'],
    ['Bearer '],
    ['Bearer  a.b.c'],
    [' Bearer a.b.c'],
    ['Bearer a.b.c '],
    ['Bearer\ta.b.c'],
    ['Bearer a.b.c\n'],
    ['Bearer a.b.c\0'],
    ['Bearer a b'],
    ['Bearer =a'],
    ['Bearer a=b'],
    ['Bearer a,'],
    ['Basic a, Bearer a.b.c'],
    ['Bearer a.b.ç'],
    ['Bearer a.b.c\u212a'],
    ['"Bearer" a.b.c'],
  ])('%j is ambiguous', (value) => {
    expect(() => token(value)).toThrow(expect.objectContaining({ code: 'credential_ambiguous' }));
  });

  test.each(['Basic eDp5', 'DPoP a.b.c', 'Bearer\u017f a.b.c', 'BearerX a', 'a.b.c', 'Negotiate'])(
    '%j is no bearer credential',
    (value) => {
      expect(() => token(value)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^credential_(missing|ambiguous)$/) }),
      );
    },
  );

  test('two headers, even of the same value', () => {
    expect(() => token('Bearer a', 'Bearer a')).toThrow(
      expect.objectContaining({ code: 'credential_ambiguous' }),
    );
  });

  test.each(['dpop', 'workload-identity-token', 'workload-proof-token'])('a header %s', (name) => {
    expect(() => bearerToken(requestWith({ [name]: ['x'] }))).toThrow(
      expect.objectContaining({ code: 'credential_missing' }),
    );
    expect(() => bearerToken(requestWith({ [name]: ['x'], authorization: ['Bearer a'] }))).toThrow(
      expect.objectContaining({ code: 'credential_ambiguous' }),
    );
  });

  test('a token larger than the contract allows', () => {
    const largest = 'a'.repeat(LIMITS.tokenBytes);
    expect(token(`Bearer ${largest}`)).toBe(largest);
    expect(() => token(`Bearer ${largest}a`)).toThrow(expect.objectContaining({ code: 'token_too_large' }));
    expect(() => token('x'.repeat(1_000_000))).toThrow(expect.objectContaining({ code: 'token_too_large' }));
  });

  test('any text but `Bearer` and a token, and never with what it said', () => {
    assert(
      property(string({ unit: 'binary-ascii', minLength: 8 }), (value) => {
        const expected = /^Bearer ([\w.~+/-]+=*)$/i.exec(value)?.[1];
        try {
          return token(value) === expected;
        } catch (error) {
          return expected === undefined && !String(error).includes(value);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

test('a preflight has an origin, asks for a method and carries no credential', () => {
  const headers = { origin: ['https://a.example'], 'access-control-request-method': ['POST'] };
  expect(isPreflight(requestWith(headers, 'OPTIONS'))).toBe(true);
  for (const method of ['GET', 'POST', 'options', ''])
    expect(isPreflight(requestWith(headers, method))).toBe(false);
  expect(isPreflight(requestWith({ ...headers, origin: [] }, 'OPTIONS'))).toBe(false);
  expect(isPreflight(requestWith({ ...headers, origin: ['a', 'b'] }, 'OPTIONS'))).toBe(false);
  expect(isPreflight(requestWith({ origin: headers.origin }, 'OPTIONS'))).toBe(false);
  for (const name of ['authorization', 'dpop']) {
    expect(isPreflight(requestWith({ ...headers, [name]: [''] }, 'OPTIONS'))).toBe(false);
  }
});

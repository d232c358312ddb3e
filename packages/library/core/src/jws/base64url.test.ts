import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endsOnByte, fromBase64url, isStrictBase64url, toBase64url } from './base64url.ts';

describe('base64url', () => {
  test('writes what node:crypto users expect, and reads it back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = toBase64url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(isStrictBase64url(text)).toBe(true);
        expect([...fromBase64url(text)]).toEqual([...bytes]);
      }),
    );
  });

  test('writes a part of a larger buffer alone', () => {
    expect(toBase64url(Uint8Array.of(1, 2, 3, 4).subarray(1, 3))).toBe('AgM');
  });

  test('is strict: one text for every sequence of bytes, and no other', () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...letters), maxLength: 12 }), (text) => {
        const canonical = Buffer.from(text, 'base64url').toString('base64url');
        expect(isStrictBase64url(text)).toBe(text === canonical);
        expect(endsOnByte(text)).toBe(text === canonical);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    '=',
    'AA==',
    'AAA=',
    'A',
    'AB',
    'AAB',
    'AA A',
    'AA\n',
    '\nAA',
    'AA+A',
    'AA/A',
    'ÄA',
    'AAAA\0',
    'A.A',
  ])('refuses %j', (text) => {
    expect(isStrictBase64url(text)).toBe(false);
  });

  test.each(['', 'AA', 'AQ', 'AAA', 'AAE', 'AAAA', '_-_-'])('takes %j', (text) => {
    expect(isStrictBase64url(text)).toBe(true);
  });
});

import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkSecret, parseSecret } from './secret.ts';

describe('the text of a secret', () => {
  test('is base64 or base64url, with or without padding, and white space around it is dropped', () => {
    const bytes = randomBytes(64);
    const base64 = bytes.toString('base64');
    const wrapped = `${base64.slice(0, 64)}\n${base64.slice(64)}\n`;
    const texts = [
      ...[base64, bytes.toString('base64url'), base64.replaceAll('=', ''), `${base64}\n`, ` \t${base64}\r\n`],
      ...[wrapped, wrapped.replaceAll('\n', '\r\n')],
    ];
    for (const text of texts)
      expect([text, Buffer.from(parseSecret(text)).equals(bytes)]).toEqual([text, true]);
  });

  test('reads any random bytes back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 32, max: 1_024 }), (length) => {
        const bytes = randomBytes(length);
        expect([...parseSecret(bytes.toString('base64'))]).toEqual([...bytes]);
      }),
    );
  });

  test('tells how to make one', () => {
    for (const text of ['', 'p4ssw0rd!', 'a b c', 'ä'.repeat(44), '====']) {
      expect(() => parseSecret(text)).toThrow('`openssl rand -base64 32`');
    }
    expect(() => parseSecret(randomBytes(16).toString('base64'))).toThrow('at least 32 bytes');
    expect(() => parseSecret(Buffer.alloc(32, 'ab').toString('base64'))).toThrow(
      'these bytes repeat too much',
    );
    expect(() => parseSecret(randomBytes(1_025).toString('base64'))).toThrow('at most 1024 bytes');
  });

  test('checks the very bytes it is given', () => {
    const bytes = randomBytes(32);
    expect(checkSecret(bytes)).toBe(bytes);
  });

  test('no random secret is refused', () => {
    for (let round = 0; round < 20_000; round++) expect(() => checkSecret(randomBytes(32))).not.toThrow();
  });
});

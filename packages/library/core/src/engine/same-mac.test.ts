import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sameMac } from './same-mac.ts';

describe.each(['sha256', 'sha384', 'sha512'])('MACs by %s', (hash) => {
  const macOf = (data: string): string => createHmac(hash, 'key').update(data).digest('base64url');

  test('the same text holds, and no other does', () => {
    const length = macOf('').length;
    fc.assert(
      fc.property(
        fc.string(),
        fc.nat(length - 1),
        fc.string({ unit: 'binary', maxLength: 2 }),
        (data, at, put) => {
          const made = macOf(data);
          expect(sameMac(made, macOf(data))).toBe(true);
          const given = made.slice(0, at) + put + made.slice(at + 1);
          expect(sameMac(made, given)).toBe(given === made);
        },
      ),
    );
  });

  test('nothing of a MAC compared before counts for the next', () => {
    const made = macOf('a');
    expect(sameMac(made, made)).toBe(true);
    // Fewer characters than the MAC, but as many bytes; and characters that do not fit at the end.
    const wide = `${made.slice(0, -2)}\u00e9`;
    const cut = `${made.slice(0, -1)}\u20ac`;
    for (const given of ['', made.slice(0, -1), wide, cut, `${made}A`, made.slice(1)]) {
      expect(sameMac(made, given)).toBe(false);
    }
  });

  test('a character whose low byte is the right one is a wrong one', () => {
    const made = macOf('a');
    const given = String.fromCharCode(made.charCodeAt(0) + 0x100) + made.slice(1);
    expect(sameMac(made, given)).toBe(false);
  });
});

test('what has the length of no MAC is never the same', () => {
  for (const text of ['', 'A', 'A'.repeat(42), 'A'.repeat(44)]) expect(sameMac(text, text)).toBe(false);
});

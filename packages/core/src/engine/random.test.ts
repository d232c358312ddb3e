import { describe, expect, test } from 'vitest';
import { randomBytes } from './random.ts';

describe('random bytes', () => {
  test('no piece comes twice, across many refills', () => {
    const seen = new Set<string>();
    for (let count = 0; count < 2_000; count++) seen.add(Buffer.from(randomBytes(16)).toString('hex'));
    expect(seen.size).toBe(2_000);
  });

  test.each([0, 1, 16, 4_095, 4_096, 4_097, 10_000])('%i bytes are as many as were asked for', (length) => {
    expect(randomBytes(length).length).toBe(length);
    expect(randomBytes(length).length).toBe(length);
  });

  test('a piece is memory of its own: it shows nothing of the next, and changing it changes no other', () => {
    const first = randomBytes(16);
    expect(first.buffer.byteLength).toBe(16);
    const second = randomBytes(16);
    const before = Buffer.from(second).toString('hex');
    first.fill(0);
    expect(Buffer.from(second).toString('hex')).toBe(before);
  });

  test('the bits are even: each bit of 20,000 bytes is set half of the time', () => {
    const counts = Array.from({ length: 8 }, () => 0);
    for (let count = 0; count < 1_250; count++) {
      for (const byte of randomBytes(16)) {
        for (let bit = 0; bit < 8; bit++) counts[bit] = (counts[bit] ?? 0) + ((byte >> bit) & 1);
      }
    }
    // Ten standard deviations of a fair coin.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(708);
  });
});

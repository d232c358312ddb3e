import { expect, test } from 'vitest';
import { tokenId } from './token-id.ts';

const IDS = Array.from({ length: 20_000 }, tokenId);

test('no identifier comes twice, across many refills', () => {
  expect(new Set(IDS).size).toBe(IDS.length);
});

test('each has 16 bytes, and is the one text for them', () => {
  for (const id of IDS) {
    const bytes = Buffer.from(id, 'base64url');
    expect(bytes.length).toBe(16);
    expect(bytes.toString('base64url')).toBe(id);
  }
});

test('each of the 128 bits is set in half of them', () => {
  const counts = Array.from({ length: 128 }, () => 0);
  for (const id of IDS) {
    for (const [at, byte] of Buffer.from(id, 'base64url').entries()) {
      for (let bit = 0; bit < 8; bit++)
        counts[at * 8 + bit] = (counts[at * 8 + bit] ?? 0) + ((byte >> bit) & 1);
    }
  }
  // Eight standard deviations of 20,000 coins.
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(566);
});

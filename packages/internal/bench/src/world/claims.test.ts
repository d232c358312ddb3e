import { expect, test } from 'vitest';
import { requestOf } from './claims.ts';
import { secretWorld } from './keys.ts';
import { minterOf, secretAuthority, tokensOf, verifierOf } from './ours.ts';

test.each([1, 2, 4, 8, 11.8])('claims of %d KiB are of that size, and verify', async (kib) => {
  const world = await secretWorld();
  const [token = ''] = await tokensOf(minterOf(world), 1, requestOf(kib * 1_024));
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url');
  expect(payload.length / (kib * 1_024)).toBeGreaterThan(0.95);
  expect(payload.length / (kib * 1_024)).toBeLessThan(1.05);
  await expect((await verifierOf([secretAuthority(world)])).verify(token)).resolves.toBeDefined();
});

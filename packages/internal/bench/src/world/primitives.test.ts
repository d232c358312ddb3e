import { expect, test } from 'vitest';
import { asymmetricWorld } from './keys.ts';
import { minterOf, tokensOf } from './ours.ts';
import { bareVerify, inDer, type Parts, partsOf, pooledVerify } from './primitives.ts';

const changed = ({ input, signature }: Parts): Parts => ({
  input: Buffer.concat([input, Buffer.of(0)]),
  signature,
});

test('the bare primitives do the work they are measured for: they say yes and no', async () => {
  const world = await asymmetricWorld('ES256');
  const verify = bareVerify('ES256', world.publicKey);
  const pooled = pooledVerify('ES256', world.publicKey);
  const verifyDer = bareVerify('ES256 in DER', world.publicKey);
  // Enough of them for numbers that begin with a zero byte, or need one in front.
  for (const parts of (await tokensOf(minterOf(world), 300)).map(partsOf)) {
    expect(verify(parts)).toBe(true);
    expect(verifyDer(inDer(parts))).toBe(true);
  }
  const [parts] = (await tokensOf(minterOf(world), 1)).map(partsOf) as [Parts];
  expect(verify(changed(parts))).toBe(false);
  expect(verifyDer(inDer(changed(parts)))).toBe(false);
  expect([await pooled(parts), await pooled(changed(parts))]).toEqual([true, false]);
});

import { secretWorld } from '../world/keys.ts';
import { SERVICE } from '../world/names.ts';
import { minterOf, secretAuthority, verifierOf } from '../world/ours.ts';
import { fastJwtVerifier } from '../world/peers.ts';

/** What to hold in memory. */
export interface HoldOrder {
  readonly tokens: number;
  /** Bytes for this project's cache; `peer` measures the other one. */
  readonly cache: number | 'peer';
}

// Fills one cache with tokens and tells how many bytes that took. Runs with `--expose-gc`.
function used(): number {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  for (let time = 0; time < 3; time++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function hold({ tokens, cache }: HoldOrder): Promise<number> {
  const world = await secretWorld();
  const minter = minterOf(world);
  const verify = await verifierFor();
  const run = async (count: number): Promise<void> => {
    // A copy, as off a socket: what a token was made of is not what it holds.
    for (let at = 0; at < count; at++) {
      const { token } = await minter.mint({ audience: SERVICE, lifetime: 3_600 });
      await verify(Buffer.from(token, 'latin1').toString('latin1'));
    }
  };
  // Once round, so that compiled code and the like are there before.
  await run(200);
  const before = used();
  await run(tokens);
  const after = used();
  await run(1);
  return after - before;

  async function verifierFor(): Promise<(token: string) => unknown> {
    if (cache === 'peer') return fastJwtVerifier('HS256', world.bytes, tokens + 1_000);
    const verifier = await verifierOf([secretAuthority(world)], { cacheBytes: cache });
    return (token) => verifier.verify(token);
  }
}

process.once('message', async (order: HoldOrder) => {
  process.send?.({ bytes: await hold(order) });
});

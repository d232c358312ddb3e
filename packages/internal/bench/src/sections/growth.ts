import { compare } from '../measure/compare.ts';
import { awaited } from '../measure/contenders.ts';
import { type Row, rowOf } from '../measure/rows.ts';
import type { Plan, Section } from '../section.ts';
import { requestOf } from '../world/claims.ts';
import { type AsymmetricWorld, asymmetricWorld, type SecretWorld, secretWorld } from '../world/keys.ts';
import { minterOf, publicAuthority, secretAuthority, tokensOf, verifierOf } from '../world/ours.ts';

const TOKENS = 64;
// The last is the most that fits into a token of 16 KiB.
const KIB = [1, 2, 4, 8, 11.8] as const;
const KEYS = [10, 100, 1_000] as const;

async function claimsRows({ calls }: Plan): Promise<readonly Row[]> {
  const world = await secretWorld();
  const minter = minterOf(world);
  const verifier = await verifierOf([secretAuthority(world)], { cacheBytes: 0 });
  const sizes = [0, ...KIB];
  const contenders = await Promise.all(
    sizes.map(async (size) => {
      const tokens = await tokensOf(minter, TOKENS, requestOf(size * 1_024));
      return awaited(`${size}`, tokens, (token) => verifier.verify(token));
    }),
  );
  const timings = await compare(contenders, calls);
  return KIB.map((size) =>
    rowOf({
      id: `claims-${Math.round(size)}-kib`,
      what: `verify HS256, claims of ${size} KiB`,
      unit: 'µs',
      ours: timings.get(`${size}`) ?? [],
      against: 'claims of 0.2 KiB',
      peer: timings.get('0') ?? [],
    }),
  );
}

interface Bundles<World> {
  readonly algorithm: string;
  readonly make: () => Promise<World>;
  readonly authority: (...worlds: readonly World[]) => ReturnType<typeof publicAuthority>;
}

async function bundleRows<World extends AsymmetricWorld | SecretWorld>(
  { algorithm, make, authority }: Bundles<World>,
  { calls }: Plan,
): Promise<readonly Row[]> {
  const worlds: World[] = [];
  while (worlds.length < Math.max(...KEYS)) worlds.push(await make());
  const contenders = await Promise.all(
    [1, ...KEYS].map(async (count) => {
      const own = worlds.slice(0, count);
      const verifier = await verifierOf([authority(...own)], { cacheBytes: 0 });
      // From the first, the middle and the last key: wherever a search began, some of them would be far from there.
      const signers = [0, count >> 1, count - 1].map((at) => own[at] as World);
      const tokens = (await Promise.all(signers.map((world) => tokensOf(minterOf(world), 8)))).flat();
      return awaited(`${count}`, tokens, (token) => verifier.verify(token));
    }),
  );
  const timings = await compare(contenders, calls);
  const id = algorithm === 'ES256' ? 'bundle' : `bundle-${algorithm.toLowerCase()}`;
  return KEYS.map((count) =>
    rowOf({
      id: `${id}-${count}`,
      what: `verify ${algorithm}, ${count} keys in the bundle`,
      unit: 'µs',
      ours: timings.get(`${count}`) ?? [],
      against: '1 key in the bundle',
      peer: timings.get('1') ?? [],
    }),
  );
}

/** How cost grows: with the size of what is said, and not with the number of those who could say it. */
export const growth: Section = {
  name: 'growth',
  title: 'As claims and bundles grow',
  async run(plan) {
    const es256 = { algorithm: 'ES256', make: () => asymmetricWorld('ES256'), authority: publicAuthority };
    const hs256 = { algorithm: 'HS256', make: secretWorld, authority: secretAuthority };
    return [
      ...(await claimsRows(plan)),
      ...(await bundleRows(es256, plan)),
      ...(await bundleRows(hs256, plan)),
    ];
  },
};

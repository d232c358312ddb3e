import { createVerifier, type Verifier } from '@workload-identity/core';
import { checkAnchors, createChainResolver } from '@workload-identity/x5c';
import { compare } from '../measure/compare.ts';
import { awaited, direct } from '../measure/contenders.ts';
import { type Row, rowOf } from '../measure/rows.ts';
import type { Plan, Section } from '../section.ts';
import { type ChainWorld, chainWorld } from '../world/chains.ts';
import { asymmetricWorld } from '../world/keys.ts';
import { SERVICE } from '../world/names.ts';
import { bundleOf, minterOf, publicAuthority, tokensOf, verifierOf } from '../world/ours.ts';
import { bareVerify, partsOf } from '../world/primitives.ts';

const TOKENS = 64;
const LENGTHS = [1, 2, 3] as const;
/** What a cold chain may cost beside its signatures, in microseconds. */
const COLD_ALLOWANCE = 1_000;

async function coldVerifiers({ authority }: ChainWorld): Promise<() => Verifier> {
  const bundle = await bundleOf(authority);
  checkAnchors(bundle.current());
  // Nothing is remembered from one call to the next: neither header nor chain.
  return () =>
    createVerifier({ bundle, audiences: [SERVICE], chains: createChainResolver(), threadPool: 'never' });
}

async function chainRows(length: number, { calls }: Plan): Promise<readonly Row[]> {
  const [world, key] = [await chainWorld(length), await asymmetricWorld('ES256')];
  const [tokens, plain] = [await tokensOf(world.minter, TOKENS), await tokensOf(minterOf(key), TOKENS)];
  const chained = await verifierOf([world.authority], { cacheBytes: 0, chains: createChainResolver() });
  const verifier = await verifierOf([publicAuthority(key)], { cacheBytes: 0 });
  const cold = await coldVerifiers(world);
  const bare = bareVerify('ES256', key.publicKey);
  const timings = await compare(
    [
      awaited('warm', tokens, (token) => chained.verify(token)),
      awaited('plain', plain, (token) => verifier.verify(token)),
      awaited('cold', tokens, (token) => cold().verify(token)),
      direct('bare', plain.map(partsOf), bare),
    ],
    calls,
  );
  const of = (id: string): readonly number[] => timings.get(id) ?? [];
  // One signature for each certificate, and the token's.
  const signatures = of('bare').map((each) => each * (length + 1));
  const extra = of('cold').map((each, round) => each - (signatures[round] ?? 0));
  const suffix = length === 1 ? '' : `-${length}`;
  const chain = length === 1 ? 'a chain of 1' : `a chain of ${length}`;
  return [
    rowOf({
      id: `verify-x5c-warm${suffix}`,
      what: `verify x5c, ${chain}, warm`,
      unit: 'µs',
      ours: of('warm'),
      against: 'verify ES256, uncached',
      peer: of('plain'),
    }),
    rowOf({
      id: `verify-x5c-cold${suffix}`,
      what: `verify x5c, ${chain}, cold: beside its ${length + 1} signatures`,
      unit: 'µs',
      ours: extra,
      against: 'the 1 ms allowed',
      peer: extra.map(() => COLD_ALLOWANCE),
    }),
    rowOf({
      id: `verify-x5c-cold${suffix}/signatures`,
      what: `verify x5c, ${chain}, cold: all of it`,
      unit: 'µs',
      ours: of('cold'),
      against: `${length + 1} bare crypto.verify`,
      peer: signatures,
    }),
  ];
}

/** The ca rung: a chain that is known costs one signature, and one that is not the signatures of its certificates as well. */
export const chains: Section = {
  name: 'chains',
  title: 'The ca rung, as chains grow',
  async run(plan) {
    const rows: Row[] = [];
    for (const length of LENGTHS) rows.push(...(await chainRows(length, plan)));
    return rows;
  },
};

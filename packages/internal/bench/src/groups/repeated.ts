import { createChainResolver } from '@workload-identity/x5c';
import { arriving } from '../measure/contenders.ts';
import type { Group } from '../measure/groups.ts';
import type { Pace } from '../measure/pace.ts';
import { chainWorld } from '../world/chains.ts';
import { asymmetricWorld, secretWorld } from '../world/keys.ts';
import { minterOf, publicAuthority, secretAuthority, tokensOf, verifierOf } from '../world/ours.ts';
import { fastJwtVerifier } from '../world/peers.ts';

const TOKENS = 64;
const PEER = 'fast-jwt with its cache';

/** What one side verifies over and over. */
interface Side {
  readonly tokens: readonly string[];
  readonly verify: (token: string) => unknown;
}

function group({ awaited, direct }: Pace, rung: string, ours: Side, peer: Side, main: string = PEER): Group {
  const [suffix, what] = rung === 'ES256' ? ['', ''] : [`-${rung.toLowerCase()}`, `, ${rung}`];
  return {
    id: `verify-repeated${suffix}`,
    what: `verify a repeated token${what}`,
    main,
    contenders: [
      arriving('ours', ours.tokens, (texts) => awaited('', texts, ours.verify).run),
      arriving(main, peer.tokens, (texts) => direct('', texts, peer.verify).run),
    ],
  };
}

async function es256Sides(): Promise<readonly [ours: Side, peer: Side]> {
  const world = await asymmetricWorld('ES256');
  const tokens = await tokensOf(minterOf(world), TOKENS);
  const verifier = await verifierOf([publicAuthority(world)]);
  return [
    { tokens, verify: (token) => verifier.verify(token) },
    { tokens, verify: fastJwtVerifier('ES256', world.publicPem, true) },
  ];
}

async function es256(pace: Pace): Promise<Group> {
  return group(pace, 'ES256', ...(await es256Sides()));
}

async function hs256(pace: Pace): Promise<Group> {
  const world = await secretWorld();
  const tokens = await tokensOf(minterOf(world), TOKENS);
  const verifier = await verifierOf([secretAuthority(world)]);
  const ours = { tokens, verify: (token: string) => verifier.verify(token) };
  return group(pace, 'HS256', ours, { tokens, verify: fastJwtVerifier('HS256', world.bytes, true) });
}

/** No peer reads a chain: theirs is a token that names its key. */
async function x5c(pace: Pace): Promise<Group> {
  const world = await chainWorld(1);
  const tokens = await tokensOf(world.minter, TOKENS);
  const verifier = await verifierOf([world.authority], { chains: createChainResolver() });
  const [, peer] = await es256Sides();
  const ours = { tokens, verify: (token: string) => verifier.verify(token) };
  return group(pace, 'x5c', ours, peer, `${PEER}, ES256`);
}

/** The very same string again, whose hash the engine of JavaScript remembers. */
async function sameString({ awaited, direct }: Pace): Promise<Group> {
  const [ours, peer] = await es256Sides();
  return {
    id: 'verify-repeated-string',
    what: 'verify the very same string again',
    main: PEER,
    contenders: [awaited('ours', ours.tokens, ours.verify), direct(PEER, peer.tokens, peer.verify)],
  };
}

/** Tokens that come again, each time as text that has just come off a socket, on every rung. */
export const REPEATED = [es256, hs256, x5c] as const;

export const SAME_STRING = sameString;

import type { Verifier } from '@workload-identity/core';
import { createVerifier } from '@workload-identity/core';
import { checkAnchors, createChainResolver } from '@workload-identity/x5c';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CachedToken, TokenCache } from '../../../library/core/src/verify/token-cache.ts';
import type { Contender, Effort } from './measure/compare.ts';
import { growthOf } from './measure/least.ts';
import { chainWorld } from './world/chains.ts';
import { requestOf } from './world/claims.ts';
import { type SecretWorld, secretWorld } from './world/keys.ts';
import { SERVICE } from './world/names.ts';
import { bundleOf, minterOf, secretAuthority, tokensOf, verifierOf } from './world/ours.ts';

// How cost grows, and not what it is. The `hmac` rung is measured where a signature would hide the rest.
const UNCACHED = { cacheBytes: 0 };
const KEYS = 5_000;
/** As many as one authority may have, and a round number. */
const KEYS_OF_ONE = 1_000;
const MIB = 2 ** 20;

type Run = Contender['run'];

/** Verifies these tokens in turn. It goes on where it stopped, so that each comes again as late as it can. */
function verifying(verifier: Verifier, tokens: readonly string[]): Run {
  let next = 0;
  return async (times) => {
    for (let at = 0; at < times; at++) await verifier.verify(tokens[next++ % tokens.length] as string);
  };
}

/** The same for tokens that are refused, every one with this code. */
function refusing(verifier: Verifier, token: string, code: string): Run {
  return async (times) => {
    for (let at = 0; at < times; at++) {
      const refusal = await verifier.verify(token).then(
        () => 'accepted',
        (error: { code: string }) => error.code,
      );
      if (refusal !== code) throw new Error(refusal);
    }
  };
}

async function expectGrowth(small: Run, large: Run, allowed: number, effort?: Effort): Promise<void> {
  const growth = await growthOf(small, large, allowed, effort);
  expect(growth.ratio, `${growth.small.toFixed(2)} µs and ${growth.large.toFixed(2)} µs`).toBeLessThanOrEqual(
    allowed,
  );
}

describe('as a bundle grows', () => {
  const worlds: SecretWorld[] = [];
  let few: Verifier;
  let many: Verifier;
  beforeAll(async () => {
    while (worlds.length < KEYS) worlds.push(await secretWorld());
    few = await verifierOf([secretAuthority(...worlds.slice(0, 1))], UNCACHED);
    const authorities = Array.from({ length: KEYS / KEYS_OF_ONE }, (_, at) =>
      secretAuthority(...worlds.slice(at * KEYS_OF_ONE, (at + 1) * KEYS_OF_ONE)),
    );
    many = await verifierOf(authorities, UNCACHED);
  });
  const tokensBy = (at: number): Promise<string[]> => tokensOf(minterOf(worlds[at] as SecretWorld), 8);

  test(`a token costs the same with ${KEYS} keys as with one, the last of them too`, async () => {
    const small = verifying(few, await tokensBy(0));
    const large = verifying(many, await tokensBy(KEYS - 1));
    await expectGrowth(small, large, 1.5);
  });

  test('a token of an unknown key is refused at the same cost', async () => {
    const [unknown = ''] = await tokensOf(minterOf(await secretWorld()), 1);
    await expectGrowth(refusing(few, unknown, 'key_unknown'), refusing(many, unknown, 'key_unknown'), 1.5);
  });
});

describe('as a token grows', () => {
  let world: SecretWorld;
  let verifier: Verifier;
  beforeAll(async () => {
    world = await secretWorld();
    verifier = await verifierOf([secretAuthority(world)], UNCACHED);
  });
  const verifyingOne = async (request: Parameters<typeof tokensOf>[2]): Promise<Run> =>
    verifying(verifier, await tokensOf(minterOf(world), 4, request));
  const text = (length: number): string => '"\\'.repeat(length / 4);
  const members = (count: number): Record<string, number> =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`m${at}`, at]));

  test.each([
    ['of its claims', requestOf(2_048), requestOf(12_083), 5.9],
    ['that is escaped', { extension: { text: text(900) } }, { extension: { text: text(3_600) } }, 4],
    // V8 keeps an object of more than 128 members in another form: both stay below.
    ['of members', { extension: members(30) }, { extension: members(120) }, 4],
  ])('a byte %s costs no more in a large one than in a small one', async (_, small, large, times) => {
    await expectGrowth(await verifyingOne(small), await verifyingOne(large), times);
  });

  test('one that is too large is refused at the same cost, however large', async () => {
    const [token = ''] = await tokensOf(minterOf(world), 1);
    const [header, payload, signature] = token.split('.');
    const large = (bytes: number): Run =>
      refusing(verifier, `${header}.${payload}${'A'.repeat(bytes)}.${signature}`, 'token_too_large');
    await expectGrowth(large(17_000), large(4 * MIB), 1.5);
  });
});

describe('as a cache fills', () => {
  let world: SecretWorld;
  let tokens: string[];
  beforeAll(async () => {
    world = await secretWorld();
    tokens = await tokensOf(minterOf(world), 20_000);
  });
  /** A verifier that has verified these tokens. */
  async function knowing(known: readonly string[]): Promise<Verifier> {
    const verifier = await verifierOf([secretAuthority(world)], { cacheBytes: 256 * MIB });
    for (const token of known) await verifier.verify(token);
    return verifier;
  }

  test('a token that comes again costs the same beside 20,000 others', async () => {
    const repeated = tokens.slice(0, 64);
    const small = verifying(await knowing(repeated), repeated);
    const large = verifying(await knowing(tokens), repeated);
    await expectGrowth(small, large, 2);
  });

  test('eviction costs the same, however much the cache may hold', async () => {
    const entry = { identity: { claims: {} }, key: {}, snapshot: {} } as unknown as CachedToken;
    // Many at a time: what a map puts off is paid within one call.
    const tokens = 40_000;
    const filling = (entries: number): Run => {
      const cache = new TokenCache(entries * 2_300);
      let name = 0;
      return (times) => {
        for (let at = 0; at < times * tokens; at++) cache.set(`${name++}`.padStart(64, '.'), entry);
      };
    };
    await expectGrowth(filling(140), filling(9_000), 4, { rounds: 3, milliseconds: 1 });
  });
});

describe('as a chain grows', () => {
  async function cold(length: number): Promise<Run> {
    const { authority, minter } = await chainWorld(length);
    const bundle = await bundleOf(authority);
    checkAnchors(bundle.current());
    const tokens = await tokensOf(minter, 4);
    const settings = { bundle, audiences: [SERVICE], threadPool: 'never' } as const;
    return async (times) => {
      for (let at = 0; at < times; at++) {
        // Nothing is remembered from one call to the next.
        const verifier = createVerifier({ ...settings, chains: createChainResolver() });
        await verifier.verify(tokens[at % tokens.length] as string);
      }
    };
  }

  test('one of three certificates costs at most 2.7 times one of one', async () => {
    await expectGrowth(await cold(1), await cold(3), 2.7);
  });
});

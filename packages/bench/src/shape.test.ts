import type { Verifier } from '@workload-identity/core';
import { createVerifier } from '@workload-identity/core';
import { checkAnchors, createChainResolver } from '@workload-identity/x5c';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Contender } from './measure/compare.ts';
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

async function expectGrowth(small: Run, large: Run, allowed: number): Promise<void> {
  const growth = await growthOf(small, large, allowed);
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
  const tokensBy = async (...at: readonly number[]): Promise<string[]> =>
    (await Promise.all(at.map((index) => tokensOf(minterOf(worlds[index] as SecretWorld), 8)))).flat();

  test(`a token costs the same with ${KEYS} keys as with one, whichever signed it`, async () => {
    const small = verifying(few, await tokensBy(0, 0, 0));
    const large = verifying(many, await tokensBy(0, KEYS / 2, KEYS - 1));
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
    tokens = await tokensOf(minterOf(world), 30_000);
  });
  /** A verifier that has verified these tokens. */
  async function knowing(known: readonly string[], mebibytes: number): Promise<Verifier> {
    const verifier = await verifierOf([secretAuthority(world)], { cacheBytes: mebibytes * MIB });
    for (const token of known) await verifier.verify(token);
    return verifier;
  }

  test('a token that comes again costs the same beside 20,000 others', async () => {
    const repeated = tokens.slice(0, 64);
    const small = verifying(await knowing(repeated, 256), repeated);
    const large = verifying(await knowing(tokens.slice(0, 20_000), 256), repeated);
    await expectGrowth(small, large, 2);
  });

  test('a token never seen costs the same when the cache is full, however much that is', async () => {
    // More tokens than either holds: none is there any more when its turn comes again.
    const small = verifying(await knowing(tokens, 1), tokens);
    const large = verifying(await knowing(tokens, 64), tokens);
    await expectGrowth(small, large, 2);
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

  test('one of three certificates costs at most three times one of one', async () => {
    await expectGrowth(await cold(1), await cold(3), 3);
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import { engine } from '../src/engine/node.ts';
import { createVerifier, type VerifierOptions } from '../src/index.ts';
import {
  HEADER_MUTATIONS,
  PAYLOAD_MUTATIONS,
  pick,
  seeded,
  TOKEN_MUTATIONS,
  write,
} from './support/mutations.ts';
import { BILLING } from './support/names.ts';
import { type Outcome, outcomeOf } from './support/outcome.ts';
import { claimsOf, headerOf, tokenOf } from './support/tokens.ts';
import { makeWorld, verifierOf, type World } from './support/world.ts';

const PLACES = ['never', 'always', 'auto'] as const;

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});

/** Tokens of every algorithm, good ones and broken ones. */
function tokens(count: number, seed: number): readonly string[] {
  const random = seeded(seed);
  const mutations = [...HEADER_MUTATIONS, ...PAYLOAD_MUTATIONS, ...TOKEN_MUTATIONS];
  return Array.from({ length: count }, () => {
    const signing = pick(random, world.all);
    const draft = {
      header: headerOf(signing),
      claims: claimsOf(signing),
      signing,
      others: world.all.filter((one) => one !== signing),
      headerText: (json: string) => json,
      payloadText: (json: string) => json,
      token: (token: string) => token,
    };
    if (random() < 0.7) pick(random, mutations)(draft, random);
    return write(draft);
  });
}

describe('the place where a signature is checked', () => {
  test('changes no verdict, one after the other or 64 at once', async () => {
    const verdicts = new Map<string, readonly Outcome[]>();
    const all = tokens(1_500, 7);
    for (const threadPool of PLACES) {
      const verifier = verifierOf(world.source, { threadPool, cacheBytes: 0 });
      const alone: Outcome[] = [];
      for (const token of all) alone.push(await outcomeOf(verifier.verify(token)));
      verdicts.set(`${threadPool}, alone`, alone);
      const together: Outcome[] = [];
      for (let at = 0; at < all.length; at += 64) {
        const batch = all.slice(at, at + 64).map((token) => outcomeOf(verifier.verify(token)));
        together.push(...(await Promise.all(batch)));
      }
      verdicts.set(`${threadPool}, together`, together);
    }
    const [expected = [], ...others] = verdicts.values();
    for (const other of others) expect(other).toEqual(expected);
    expect(new Set(expected).size).toBeGreaterThan(10);
    expect(expected.filter((outcome) => outcome === 'accepted').length).toBeGreaterThan(300);
  });

  test('is the pool where it is asked for, and never for a MAC', async () => {
    for (const signing of world.all) {
      const token = tokenOf(signing);
      const key = world.source.current().keys.get(signing.kid);
      if (key === undefined) throw new Error('no such key');
      const answer = engine.verify(key.key, token, token.lastIndexOf('.'), 'always');
      expect(answer instanceof Promise).toBe(!signing.algorithm.startsWith('HS'));
      expect(await answer).toBe(true);
      expect(engine.verify(key.key, token, token.lastIndexOf('.'))).toBe(true);
    }
  });

  test.each(['sometimes', true, null, ['always'], 64])(
    '`threadPool: %j` is refused at once',
    (threadPool) => {
      const options = {
        bundle: world.source,
        audiences: [BILLING],
        threadPool,
      } as unknown as VerifierOptions;
      expect(() => createVerifier(options)).toThrow(TypeError);
    },
  );
});

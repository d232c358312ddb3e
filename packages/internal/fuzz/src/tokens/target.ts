import type { Counts, Find, Fuzzer, Target } from '../fuzzer.ts';
import type { Proven } from '../oracle/decide.ts';
import { type Random, randomOf } from '../random.ts';
import { makeWorld, type Profile, type World } from '../world/world.ts';
import { problemOf } from './check.ts';
import { type Draft, draftOf, type Mutation, type Seed, write } from './draft.ts';
import { CHAIN_MUTATIONS } from './mutate-chain.ts';
import { CROSS_MUTATIONS } from './mutate-cross.ts';
import { CLAIMS_MUTATIONS, HEADER_MUTATIONS } from './mutate-members.ts';
import { TEXT_MUTATIONS } from './mutate-text.ts';
import { SIGNATURE_MUTATIONS, TOKEN_MUTATIONS } from './mutate-token.ts';
import { makeSeeds } from './seeds.ts';

/** Families of changes, and how often each is drawn. Those that need a new signature cost the most. */
const FAMILIES: readonly (readonly [weight: number, mutations: readonly Mutation[]])[] = [
  [22, HEADER_MUTATIONS],
  [30, CLAIMS_MUTATIONS],
  [12, TEXT_MUTATIONS],
  [14, TOKEN_MUTATIONS],
  [10, SIGNATURE_MUTATIONS],
  [12, CROSS_MUTATIONS],
];

/** Algorithms whose signatures take a millisecond or so: less often. */
const SLOW_ALGORITHMS = /^(?:PS|RS|ES384)/;
const SHARE_OF_SLOW = 0.01;
const SHARE_OF_CHAINS = 0.12;
const SHARE_OF_MACS = 0.6;
const HASH = 'A'.repeat(43);

/** A change, and where its randomness comes from: leaving one out does not alter the others. */
interface Step {
  readonly mutation: Mutation;
  readonly random: () => Random;
}

interface Case {
  readonly profile: Profile;
  readonly seed: Seed;
  readonly steps: readonly Step[];
  readonly proven: Proven | undefined;
}

function familyOf(random: Random): readonly Mutation[] {
  let at = random.int(100);
  for (const [weight, mutations] of FAMILIES) {
    if (at < weight) return mutations;
    at -= weight;
  }
  return CLAIMS_MUTATIONS;
}

/** Draws the token to begin with: mostly of keys that are quick. */
class Seeds {
  readonly all: readonly Seed[];
  readonly #chains: readonly Seed[];
  readonly #slow: readonly Seed[];
  readonly #macs: readonly Seed[];
  readonly #quick: readonly Seed[];

  constructor(all: readonly Seed[]) {
    this.all = all;
    this.#chains = all.filter(({ signing: { rung } }) => rung === 'ca');
    const others = all.filter(({ signing: { rung } }) => rung !== 'ca');
    this.#slow = others.filter(({ signing: { alg } }) => SLOW_ALGORITHMS.test(alg));
    this.#macs = others.filter(({ signing: { rung } }) => rung === 'hmac');
    this.#quick = others.filter(({ signing: { alg } }) => !/^HS/.test(alg) && !SLOW_ALGORITHMS.test(alg));
  }

  pick(random: Random): Seed {
    if (random.chance(SHARE_OF_SLOW)) return random.pick(this.#slow);
    if (random.chance(SHARE_OF_CHAINS)) return random.pick(this.#chains);
    return random.pick(random.chance(SHARE_OF_MACS) ? this.#macs : this.#quick);
  }
}

// To take down where an error was thrown costs more than to refuse most tokens: only a find needs it.
const FRAMES = 20;

class TokenFuzzer implements Fuzzer {
  readonly counts: Counts = new Map();
  readonly #world: World;
  readonly #seeds: Seeds;
  readonly #seed: number;

  readonly #frames = Error.stackTraceLimit;

  constructor(world: World, seeds: readonly Seed[], seed: number) {
    this.#world = world;
    this.#seeds = new Seeds(seeds);
    this.#seed = seed;
  }

  async run(index: number): Promise<Find | undefined> {
    Error.stackTraceLimit = 0;
    const drawn = this.#draw(index);
    const token = this.#write(drawn, drawn.steps);
    const what = await this.#problem(drawn, token);
    return what === undefined ? undefined : this.#reduce(drawn, index, what);
  }

  async close(): Promise<void> {
    Error.stackTraceLimit = this.#frames;
  }

  #problem({ profile, proven }: Case, token: string): Promise<string | undefined> {
    return problemOf(profile, token, proven, this.counts);
  }

  #draw(index: number): Case {
    const random = randomOf(this.#seed, index);
    const seed = this.#seeds.pick(random);
    const isChain = seed.signing.rung === 'ca';
    const steps = Array.from({ length: random.pick([0, 1, 1, 1, 1, 1, 2, 2, 3]) }, (_, at) => ({
      mutation: random.pick(isChain && random.chance(0.35) ? CHAIN_MUTATIONS : familyOf(random)),
      random: () => randomOf(this.#seed, index, at + 1),
    }));
    const proven = random.chance(0.85) ? undefined : random.pick([{ jkt: HASH }, { 'x5t#S256': HASH }]);
    return { profile: random.pick(this.#world.profiles), seed, steps, proven };
  }

  #write({ seed }: Case, steps: readonly Step[]): string {
    const draft: Draft = draftOf(seed);
    const scene = { world: this.#world, seeds: this.#seeds.all };
    for (const { mutation, random } of steps) mutation.apply(draft, random(), scene);
    return write(draft);
  }

  /** Leaves out every change without which the problem is still there. */
  async #reduce(drawn: Case, index: number, seen: string): Promise<Find> {
    Error.stackTraceLimit = FRAMES;
    let steps = drawn.steps;
    for (const step of drawn.steps) {
      const fewer = steps.filter((one) => one !== step);
      if ((await this.#problem(drawn, this.#write(drawn, fewer))) !== undefined) steps = fewer;
    }
    const token = this.#write(drawn, steps);
    const what = await this.#problem(drawn, token);
    const changes = steps.map(({ mutation: { name } }) => name).join('; ') || 'none';
    const minimal = [
      `verifier: ${drawn.profile.name}; proven: ${JSON.stringify(drawn.proven ?? null)}`,
      `token of ${drawn.seed.signing.name}; changes: ${changes}`,
      token,
    ].join('\n');
    return { target: 'tokens', seed: this.#seed, index, what: what ?? `${seen} (not every time)`, minimal };
  }
}

/** Altered tokens of every rung, held against the oracle. */
export const tokens: Target = {
  name: 'tokens',
  cases: 'tokens',
  runs: 10_000_000,
  async open(seed) {
    const world = await makeWorld();
    return new TokenFuzzer(world, await makeSeeds(world), seed);
  },
};

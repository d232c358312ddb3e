import type { Verifier } from '@workload-identity/core';
import { type HostileToken, hostileTokens, makeScene, type Scene } from '../corpus/index.ts';
import type { Alg } from '../oracle/signature.ts';
import { type Check, checkWith } from './primitives.ts';

/** How many valid tokens of the cheapest rung a hostile one may cost, beside one signature check where it names a key. */
export const TIMES = 3;

/** What one kind of hostile token costs. */
export interface Cost {
  readonly name: string;
  /** Microseconds, the median over the rounds. */
  readonly cost: number;
  /** What it may cost: the median over the rounds. */
  readonly allowed: number;
  /** The median of the ratios of both, round by round: what disturbs the machine disturbs both. */
  readonly ratio: number;
  /** Microseconds, one value for each round, of both. */
  readonly rounds: { readonly costs: readonly number[]; readonly allowed: readonly number[] };
}

/** How much to measure. */
export interface Effort {
  readonly rounds: number;
  /** How long one kind runs in one round. */
  readonly milliseconds: number;
}

type Run = (times: number) => Promise<void>;

interface Contender {
  readonly prepare?: (times: number) => void;
  readonly run: Run;
  times: number;
}

async function timeOf({ prepare, run }: Contender, times: number): Promise<number> {
  prepare?.(times);
  const start = performance.now();
  await run(times);
  return ((performance.now() - start) * 1_000) / times;
}

const MOST = 4_096;

async function calibrate(contender: Contender, milliseconds: number): Promise<void> {
  for (let times = 4; ; times *= 2) {
    const taken = (await timeOf(contender, times)) * times;
    if (taken < milliseconds * 1_000 && times < MOST) continue;
    contender.times = Math.max(2, Math.min(MOST, Math.round((times * milliseconds * 1_000) / taken)));
    return;
  }
}

/** Verifies tokens that have just arrived: none of them twice, and what making them costs is not counted. */
function verifying(verifier: Verifier, make: (number: number) => string, isRefused: boolean): Contender {
  let number = 0;
  let tokens: string[] = [];
  return {
    times: 0,
    prepare(times) {
      tokens = Array.from({ length: times }, () => make(number++));
    },
    async run() {
      for (const token of tokens) {
        const refused = await verifier.verify(token).then(
          () => false,
          () => true,
        );
        if (refused !== isRefused) throw new Error(`a token was ${refused ? 'refused' : 'accepted'}`);
      }
    },
  };
}

const checking = (check: Check): Contender => ({
  times: 0,
  async run(times) {
    for (let at = 0; at < times; at++) check();
  },
});

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
};

const CHECKS_OF = (names: Alg, checked: number): string => `${names} over ${checked}`;

/** Measures hostile tokens in interleaved rounds, each beside a valid one and beside the check it may cost. */
export async function measure(
  scene: Scene,
  kinds: readonly HostileToken[],
  effort: Effort,
): Promise<readonly Cost[]> {
  const verifier = await scene.verifier();
  const valid = verifying(verifier, scene.valid, false);
  const checks = new Map<string, Contender>();
  const contenders = kinds.map((kind) => {
    const { names, checked = 0 } = kind;
    const id = names === undefined ? undefined : CHECKS_OF(names, checked);
    if (names !== undefined && id !== undefined && !checks.has(id))
      checks.set(id, checking(checkWith(names, checked)));
    return {
      name: kind.name,
      check: id === undefined ? undefined : checks.get(id),
      own: verifying(verifier, kind.make, true),
    };
  });
  for (const one of [valid, ...checks.values(), ...contenders.map(({ own }) => own)]) {
    await calibrate(one, effort.milliseconds);
  }
  const rounds = contenders.map(() => ({ costs: [] as number[], allowed: [] as number[] }));
  for (let round = 0; round < effort.rounds; round++) {
    for (let step = 0; step < contenders.length; step++) {
      // Each kind comes first once in a while.
      const at = (step + round * 7) % contenders.length;
      const { own, check } = contenders[at] as (typeof contenders)[number];
      const base = await timeOf(valid, valid.times);
      const extra = check === undefined ? 0 : await timeOf(check, check.times);
      rounds[at]?.costs.push(await timeOf(own, own.times));
      rounds[at]?.allowed.push(TIMES * base + extra);
    }
  }
  return contenders.map(({ name }, at) => {
    const { costs, allowed } = rounds[at] as (typeof rounds)[number];
    return {
      name,
      cost: median(costs),
      allowed: median(allowed),
      ratio: median(costs.map((cost, round) => cost / (allowed[round] as number))),
      rounds: { costs, allowed },
    };
  });
}

/** Puts two measurements of one kind together, and holds the least of it against the least of what is allowed. */
export function least(one: Cost, other?: Cost): Cost {
  const costs = [...one.rounds.costs, ...(other?.rounds.costs ?? [])];
  const allowed = [...one.rounds.allowed, ...(other?.rounds.allowed ?? [])];
  const [cost, most] = [Math.min(...costs), Math.min(...allowed)];
  return { name: one.name, cost, allowed: most, ratio: cost / most, rounds: { costs, allowed } };
}

/**
 * Measures all there are. It takes the least time of each, because whatever else the machine does only adds, and looks again
 * at what costs too much: noise passes, and a wrong shape does not.
 */
export async function measureAll(effort: Effort, attempts: number): Promise<readonly Cost[]> {
  const scene = makeScene();
  const found = new Map<string, Cost>();
  let left = hostileTokens(scene);
  for (let attempt = 0; attempt < attempts && left.length > 0; attempt++) {
    for (const cost of await measure(scene, left, effort)) {
      found.set(cost.name, least(cost, found.get(cost.name)));
    }
    left = left.filter(({ name }) => (found.get(name) as Cost).ratio > 1);
  }
  return [...found.values()].toSorted((one, other) => other.ratio - one.ratio);
}

/** One line for each, the worst first. */
export function describeCosts(costs: readonly Cost[]): string {
  return costs
    .map(
      ({ name, cost, allowed, ratio }) =>
        `${ratio.toFixed(2)}  ${cost.toFixed(1)} µs of ${allowed.toFixed(1)} µs  ${name}`,
    )
    .join('\n');
}

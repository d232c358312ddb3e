import type { Timings } from './compare.ts';
import { ratioOf, spreadOf } from './statistics.ts';
import { TARGETS } from './targets.ts';

/** One figure: what this project takes, and what something else takes for the same. */
export interface Row {
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  /** What it is measured against. */
  readonly against: string;
  readonly peer: number;
  /** Median over the rounds of ours divided by the peer's. */
  readonly ratio: number;
  /** Quartiles of that ratio over the rounds. */
  readonly spread: readonly [low: number, high: number];
  readonly target: number | null;
  readonly sense: 'at most' | 'at least' | null;
  /** Null where there is no target. */
  readonly met: boolean | null;
}

/** What {@link rowOf} puts together: one value for each round on either side. */
export interface Measured {
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  readonly ours: readonly number[];
  readonly against: string;
  readonly peer: readonly number[];
}

/** Makes a row, and holds it against the target of its id where there is one. */
export function rowOf({ id, what, unit, ours, against, peer }: Measured): Row {
  const { median, low, high } = ratioOf(ours, peer);
  const target = TARGETS.get(id);
  return {
    id,
    what,
    unit,
    ours: spreadOf(ours).median,
    against,
    peer: spreadOf(peer).median,
    ratio: median,
    spread: [low, high],
    target: target?.limit ?? null,
    sense: target?.sense ?? null,
    met:
      target === undefined
        ? null
        : target.sense === 'at most'
          ? median <= target.limit
          : median >= target.limit,
  };
}

/** What a group of contenders was measured for; one of them is `ours`. */
export interface Heading {
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  /** The contender the target is against. The rows of the others have its name in their id. */
  readonly main: string;
}

function slug(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** The rows of ours against everyone else in a group. */
export function rowsAgainst({ id, what, unit, main }: Heading, timings: Timings): readonly Row[] {
  const ours = timings.get('ours');
  if (ours === undefined) throw new TypeError('one contender is `ours`');
  if (!timings.has(main)) throw new TypeError(`the target is against ${main}, which was not measured`);
  return [...timings]
    .filter(([name]) => name !== 'ours')
    .map(([against, peer]) =>
      rowOf({ id: against === main ? id : `${id}/${slug(against)}`, what, unit, ours, against, peer }),
    );
}

import { type Contender, compare, type Effort } from './compare.ts';

const EFFORT: Effort = { rounds: 30, milliseconds: 1.5 };
const ATTEMPTS = 6;

/** How often the one is as long as the other, and what each takes at least, in microseconds. */
export interface Growth {
  readonly ratio: number;
  readonly small: number;
  readonly large: number;
}

/**
 * How much more a large case costs than a small one. It takes the least time of each, because whatever else the machine
 * does only adds, and looks again while the ratio is above what is allowed: noise passes, and a wrong shape does not.
 */
export async function growthOf(
  small: Contender['run'],
  large: Contender['run'],
  allowed: number,
  effort: Effort = EFFORT,
): Promise<Growth> {
  const least = new Map([
    ['small', Number.POSITIVE_INFINITY],
    ['large', Number.POSITIVE_INFINITY],
  ]);
  const contenders = [
    { id: 'small', run: small },
    { id: 'large', run: large },
  ];
  let growth: Growth = { ratio: Number.NaN, small: Number.NaN, large: Number.NaN };
  for (let attempt = 0; attempt < ATTEMPTS && !(growth.ratio <= allowed); attempt++) {
    for (const [id, rounds] of await compare(contenders, effort)) {
      least.set(id, Math.min(least.get(id) as number, ...rounds));
    }
    const [a, b] = [least.get('small') as number, least.get('large') as number];
    growth = { ratio: b / a, small: a, large: b };
  }
  return growth;
}

import type { Contender } from './compare.ts';
import { awaited, concurrent, direct } from './contenders.ts';

type Make = <T>(id: string, inputs: readonly T[], call: (input: T) => unknown) => Contender;

/** How calls follow each other. */
export interface Pace {
  /** Calls under way at a time. */
  readonly lanes: number;
  /** A contender that answers at once. */
  readonly direct: Make;
  /** A contender that answers with a promise. */
  readonly awaited: Make;
}

/** One call after the other: what counts is how long one takes. */
export const ONE_BY_ONE: Pace = { lanes: 1, direct, awaited };

const LANES = 64;
const lanes: Make = (id, inputs, call) => concurrent(id, inputs, LANES, call);

/** Many calls under way at once: what counts is how many are done in a second. */
export const AT_ONCE: Pace = { lanes: LANES, direct: lanes, awaited: lanes };

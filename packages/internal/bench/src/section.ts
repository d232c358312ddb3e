import type { Effort } from './measure/compare.ts';
import type { Row } from './measure/rows.ts';

/** How much a whole run measures. */
export interface Plan {
  /** For what takes microseconds. */
  readonly calls: Effort;
  /** For what is served over HTTP. */
  readonly requests: Effort;
  /** Fresh processes for each import. */
  readonly imports: number;
  /** Tokens held in memory. */
  readonly tokens: number;
}

export const FULL: Plan = {
  calls: { rounds: 31, milliseconds: 12 },
  requests: { rounds: 21, milliseconds: 300 },
  imports: 15,
  tokens: 100_000,
};

/** Enough to see that everything runs, and not to believe a number. */
export const QUICK: Plan = {
  calls: { rounds: 3, milliseconds: 2 },
  requests: { rounds: 1, milliseconds: 200 },
  imports: 1,
  tokens: 2_000,
};

/** One part of a run. */
export interface Section {
  readonly name: string;
  readonly title: string;
  run(plan: Plan): Promise<readonly Row[]>;
}

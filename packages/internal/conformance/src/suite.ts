/** What a verifier does with an input. */
export type Verdict = 'accept' | 'refuse';

/** One input with the verdict its authors expect. */
export interface Case {
  readonly id: string;
  readonly expected: Verdict;
  /** Runs the code under test. Only a typed error counts as a refusal; any other is thrown. */
  verdict(): Verdict | Promise<Verdict>;
}

/** One file of cases from elsewhere, against one part of this project. */
export interface Suite {
  readonly name: string;
  cases(): readonly Case[] | Promise<readonly Case[]>;
}

/** How a suite came out, as it is written to JSON. */
export interface Totals {
  readonly name: string;
  readonly cases: number;
  readonly agree: number;
  readonly stricter: number;
  readonly looser: number;
  readonly skipped: number;
}

/** A case that did not simply agree. Without a reason it is a failure. */
export interface Difference {
  readonly id: string;
  readonly kind: 'stricter' | 'looser' | 'skipped';
  readonly reason?: string;
}

export interface Outcome {
  readonly totals: Totals;
  readonly differences: readonly Difference[];
}

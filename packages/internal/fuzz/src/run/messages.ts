import type { Find } from '../fuzzer.ts';

/** What a worker is told to do: every `step`th case from `first` on. */
export interface Work {
  readonly target: string;
  readonly seed: number;
  readonly first: number;
  readonly step: number;
  readonly cases: number;
  /** Milliseconds. */
  readonly time: number;
}

/** What a worker tells. */
export type Message =
  | { readonly kind: 'progress'; readonly cases: number }
  | { readonly kind: 'find'; readonly find: Find }
  | {
      readonly kind: 'done';
      readonly cases: number;
      readonly counts: readonly (readonly [string, number])[];
    };

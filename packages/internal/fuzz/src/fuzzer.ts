/** Something that a fuzzer found, made as small as it could. */
export interface Find {
  readonly target: string;
  readonly seed: number;
  /** The case: the same seed and the same number give it again. */
  readonly index: number;
  readonly what: string;
  /** What is needed to see it again without the fuzzer. */
  readonly minimal: string;
}

/** How often each thing came out, by name: what a run that finds nothing has covered. */
export type Counts = Map<string, number>;

/** Counts one more. */
export function count(counts: Counts, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Makes cases from one seed, and holds each against what must be true. */
export interface Fuzzer {
  readonly counts: Counts;
  /** Runs one case, by its number. */
  run(index: number): Promise<Find | undefined>;
  close?(): Promise<void>;
}

/** One kind of input. */
export interface Target {
  readonly name: string;
  /** What one case is called, several of them. */
  readonly cases: string;
  /** How many cases the long form runs. */
  readonly runs: number;
  open(seed: number): Promise<Fuzzer>;
}

/** One thing to measure: does its work a number of times. */
export interface Contender {
  readonly id: string;
  /** Makes ready what one batch uses up; not measured. */
  readonly prepare?: (times: number) => void | Promise<void>;
  readonly run: (times: number) => void | Promise<void>;
}

/** How much to measure. */
export interface Effort {
  readonly rounds: number;
  /** How long one contender runs in one round. */
  readonly milliseconds: number;
}

/** Microseconds a call, one value for each round, by contender. */
export type Timings = ReadonlyMap<string, readonly number[]>;

const MAX_BATCH = 1 << 20;

/** Milliseconds from any beginning. */
type Clock = () => number;

async function time({ prepare, run }: Contender, times: number, clock: Clock): Promise<number> {
  await prepare?.(times);
  const start = clock();
  await run(times);
  return ((clock() - start) * 1_000) / times;
}

/** Warms a contender up, and finds how many calls fill its share of a round. */
async function calibrate(contender: Contender, milliseconds: number, clock: Clock): Promise<number> {
  let times = 1;
  for (;;) {
    const taken = (await time(contender, times, clock)) * times;
    if (taken >= milliseconds * 1_000 || times >= MAX_BATCH) {
      return Math.max(1, Math.min(MAX_BATCH, Math.round((times * milliseconds * 1_000) / taken)));
    }
    times *= 2;
  }
}

/** The order of a round: each contender comes first once in as many rounds as there are contenders. */
export function orderOf<T>(items: readonly T[], round: number): readonly T[] {
  const first = round % Math.max(1, items.length);
  return [...items.slice(first), ...items.slice(0, first)];
}

/** Measures contenders against each other in interleaved rounds: every round runs each of them once. */
export async function compare(
  contenders: readonly Contender[],
  effort: Effort,
  clock: Clock = () => performance.now(),
): Promise<Timings> {
  const batches = new Map<string, number>();
  for (const contender of contenders) {
    await calibrate(contender, effort.milliseconds, clock);
    batches.set(contender.id, await calibrate(contender, effort.milliseconds, clock));
  }
  const timings = new Map<string, number[]>(contenders.map(({ id }) => [id, []]));
  for (let round = 0; round < effort.rounds; round++) {
    for (const contender of orderOf(contenders, round)) {
      const taken = await time(contender, batches.get(contender.id) as number, clock);
      (timings.get(contender.id) as number[]).push(taken);
    }
  }
  return timings;
}

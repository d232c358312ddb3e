/** The middle of measurements, and the quartiles around it. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The value below which a share of sorted values lies, between its neighbours. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  if (below === undefined || above === undefined) throw new RangeError('nothing was measured');
  return below + (above - below) * (at - Math.floor(at));
}

/**
 * Median and quartiles.
 * @throws RangeError where there are no values, or one that is no number: nothing may be met or missed by accident
 */
export function spreadOf(values: readonly number[]): Spread {
  if (!values.every(Number.isFinite)) throw new RangeError('a measurement is a finite number');
  const sorted = [...values].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
}

/**
 * The ratio of two contenders, round by round: what disturbed the machine in one round disturbed both.
 * @param ours one value for each round
 * @param theirs the values of the same rounds
 */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Spread {
  if (ours.length !== theirs.length) throw new RangeError('a ratio is of the same rounds');
  return spreadOf(ours.map((value, round) => value / (theirs[round] as number)));
}

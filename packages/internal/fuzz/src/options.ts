import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

/** What a run was asked for. */
export interface RunOptions {
  readonly seed: number;
  /** Cases for each target; undefined for what the target itself holds a long run to be. */
  readonly runs: number | undefined;
  /** Seconds for each target, at most. */
  readonly seconds: number;
  readonly only: readonly string[];
  /** The number of the first case. */
  readonly from: number;
  readonly workers: number;
  /** Seconds between two lines of progress. */
  readonly progress: number;
}

export const USAGE = `npm run fuzz -- [options]
  --only A,B      runs these targets alone
  --seed N        where randomness starts; the same seed gives the same cases
  --runs N        so many cases for each target, in place of a long run
  --seconds N     at most so many seconds for each target
  --from N        begins with this case: with --runs 1 it repeats one
  --workers N     so many threads; one for each processor unless told otherwise
  --progress N    a line of progress every N seconds; 10 unless told otherwise`;

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new TypeError(`--${name} is a whole number of at least ${least}`);
  }
  return value;
}

/**
 * Reads the arguments of a run.
 * @throws TypeError for what is unknown, with the usage
 */
export function readRunOptions(args: readonly string[], targets: readonly string[]): RunOptions {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        seed: text,
        runs: text,
        seconds: text,
        only: text,
        from: text,
        workers: text,
        progress: text,
      },
    });
    const only = (values.only ?? '').split(',').filter((name) => name !== '');
    const unknown = only.find((name) => !targets.includes(name));
    if (unknown !== undefined) throw new TypeError(`no target ${unknown}: there are ${targets.join(', ')}`);
    const { seed, runs, seconds, from = '0', workers, progress = '10' } = values;
    return {
      seed: seed === undefined ? Math.floor(Math.random() * 2 ** 32) : whole('seed', seed, 0),
      runs: runs === undefined ? undefined : whole('runs', runs, 1),
      seconds: seconds === undefined ? Number.POSITIVE_INFINITY : whole('seconds', seconds, 1),
      only,
      from: whole('from', from, 0),
      workers: workers === undefined ? availableParallelism() : whole('workers', workers, 1),
      progress: whole('progress', progress, 1),
    };
  } catch (error) {
    throw new TypeError(`${(error as Error).message}\n${USAGE}`);
  }
}

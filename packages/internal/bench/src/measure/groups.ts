import { type Contender, compare, type Effort, type Timings } from './compare.ts';
import type { Pace } from './pace.ts';
import { type Row, rowsAgainst } from './rows.ts';

/** Contenders that do the same, one of which is `ours`. */
export interface Group {
  readonly id: string;
  readonly what: string;
  /** The contender the target is against. */
  readonly main: string;
  readonly contenders: readonly Contender[];
}

/** Calls a second, for microseconds a call. */
function perSecond(timings: Timings): Timings {
  return new Map([...timings].map(([id, rounds]) => [id, rounds.map((each) => 1_000_000 / each)]));
}

/** Measures groups one after the other. Each is made when its turn comes, so that its keys and tokens go again. */
export async function measureGroups(
  makers: readonly ((pace: Pace) => Promise<Group>)[],
  pace: Pace,
  effort: Effort,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const make of makers) {
    const { id, what, main, contenders } = await make(pace);
    const timings = await compare(contenders, effort);
    rows.push(
      ...(pace.lanes === 1
        ? rowsAgainst({ id, what, unit: 'µs', main }, timings)
        : rowsAgainst(
            { id: `${id}-${pace.lanes}`, what: `${what}, ${pace.lanes} at once`, unit: '/s', main },
            perSecond(timings),
          )),
    );
  }
  return rows;
}

import type { Counts, Find, Fuzzer, Target } from '../fuzzer.ts';
import type { Work } from './messages.ts';

/** A fuzzer that finds so much has found enough. */
const ENOUGH = 10;
const EVERY = 64;

/** What a piece of work came to. */
export interface Done {
  readonly cases: number;
  readonly counts: Counts;
}

/** Runs a case. One that cannot be made is a fault of the fuzzer, and nobody would know which it was. */
async function runCase(fuzzer: Fuzzer, index: number, of: string): Promise<Find | undefined> {
  try {
    return await fuzzer.run(index);
  } catch (cause) {
    throw new Error(`case ${index} of ${of} cannot be run: ${cause}`, { cause });
  }
}

/** Does a piece of work, until its cases are done, its time is over, or enough was found. */
export async function work(
  target: Target,
  { seed, first, step, cases, time }: Omit<Work, 'target'>,
  tell: { readonly find: (find: Find) => void; readonly progress?: (cases: number) => void },
): Promise<Done> {
  const fuzzer = await target.open(seed);
  const end = performance.now() + time;
  let [done, finds] = [0, 0];
  try {
    while (done < cases && finds < ENOUGH) {
      const find = await runCase(fuzzer, first + done * step, `${target.name}, seed ${seed}`);
      done++;
      if (find !== undefined) {
        finds++;
        tell.find(find);
      }
      if (done % EVERY !== 0) continue;
      tell.progress?.(done);
      if (performance.now() > end) break;
    }
  } finally {
    await fuzzer.close?.();
  }
  return { cases: done, counts: fuzzer.counts };
}

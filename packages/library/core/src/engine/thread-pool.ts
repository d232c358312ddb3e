import { availableParallelism } from 'node:os';
import type { ThreadPool } from './engine.ts';

// Names are looked up and files are read on the same few threads: what waits there must stay a few milliseconds of work.
const MOST_UNDER_WAY = 64;
// Alone, a signature is checked in half the time on the calling thread. One in so many goes to the pool all the same: if
// others come while it is there, there is a crowd.
const PROBE_EVERY = 32;

/** Decides where signatures are checked, for a whole process: the pool is one as well. */
export class PoolPolicy {
  readonly #useful: boolean;
  #underWay = 0;
  #alone = 0;

  constructor(processors: number) {
    this.#useful = processors > 1;
  }

  /** Tells whether the next check goes to the pool. */
  wants(threadPool: ThreadPool): boolean {
    if (threadPool !== 'auto') return threadPool === 'always';
    if (!this.#useful || this.#underWay >= MOST_UNDER_WAY) return false;
    if (this.#underWay > 0) return true;
    this.#alone = (this.#alone + 1) % PROBE_EVERY;
    return this.#alone === 0;
  }

  /** Runs a check on the pool, and counts it while it is there. */
  async run(start: (done: (error: Error | null, holds: boolean) => void) => void): Promise<boolean> {
    this.#underWay++;
    try {
      return await new Promise<boolean>((resolve, reject) => {
        start((error, holds) => (error === null ? resolve(holds) : reject(error)));
      });
    } finally {
      this.#underWay--;
    }
  }
}

/** The policy of this process. */
export const poolPolicy = new PoolPolicy(availableParallelism());

import type { Timers } from '../../src/index.ts';

/** 2026-01-01T00:00:00Z. */
export const START = 1_767_225_600;

/** How long an attempt of a leaf source may take in tests, in seconds: no other timer waits that long. */
export const TIMEOUT = 29;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const PATIENCE = 10_000;

interface Pending {
  readonly at: number;
  readonly wait: number;
  readonly callback: () => void;
}

/** Time that stands still until a test moves it: one clock, and the timers that go by it. */
export class VirtualTime {
  #now = START * 1000;
  #next = 1;
  readonly #pending = new Map<number, Pending>();

  readonly clock = (): number => this.#now;

  readonly timers: Timers = {
    set: (callback, milliseconds) => {
      const handle = this.#next++;
      this.#pending.set(handle, { at: this.#now + milliseconds, wait: milliseconds, callback });
      return handle;
    },
    clear: (handle) => {
      this.#pending.delete(handle as number);
    },
  };

  /** Seconds since 1970. */
  get seconds(): number {
    return this.#now / 1000;
  }

  get waiting(): number {
    return this.#pending.size;
  }

  /** Moves the clock alone: nothing that waits is called. */
  jump(seconds: number): void {
    this.#now += seconds * 1000;
  }

  /** Moves on, and calls what comes due on the way; after each call it lets everything settle that the call started. */
  async advance(seconds: number): Promise<void> {
    const end = this.#now + seconds * 1000;
    for (;;) {
      const due = [...this.#pending].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (due === undefined) break;
      const [handle, { at, callback }] = due;
      this.#pending.delete(handle);
      this.#now = Math.max(this.#now, at);
      callback();
      await this.settle();
    }
    this.#now = end;
  }

  /** Waits until no attempt is under way: each has a timer for its end, and clears it. Keys are made outside virtual time. */
  async settle(): Promise<void> {
    const start = performance.now();
    while ([...this.#pending.values()].some(({ wait }) => wait === TIMEOUT * 1000)) {
      if (this.hangs) return;
      if (performance.now() - start > PATIENCE) throw new Error('an attempt does not end');
      await turn();
    }
    await turn();
  }

  /** A test in which an attempt never ends says so. */
  hangs = false;
}

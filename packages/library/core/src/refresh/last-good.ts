import { type ErrorCode, isWorkloadIdentityError, WorkloadIdentityError } from '@workload-identity/contract';
import { Cooldown } from './cooldown.ts';
import { SingleFlight } from './single-flight.ts';
import { withTimeLimit } from './time-limit.ts';

/** What is read, what is made of it, and who hears of it. */
export interface LastGoodOptions<Input, Value> {
  /** Reads the sources. It ends within a few seconds, whatever they do. */
  read(before: Input | undefined): Promise<Input>;
  /** Whether what was read leaves the value as it is. */
  isSame(input: Input, before: Input): boolean;
  /** Makes the value out of what was read. What it throws leaves the value before active. */
  build(input: Input, before: Value | undefined): Promise<Value>;
  /** A new value is active, or the one that is active is good again after an error. */
  loaded(value: Value): void;
  /** The newest attempt failed, for another reason than the one before. */
  rejected(error: WorkloadIdentityError): void;
  /** The code of an error that is none of this project. */
  readonly code: ErrorCode;
  /** How often to look for changes, in seconds; 0 never. Asked after each attempt. */
  pollSeconds(input: Input | undefined): number;
  /** The least time between two attempts caused by unknown keys, in seconds. */
  readonly cooldown: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** How a value stands: there is none yet, the newest is active, or an older one is, because the newest was rejected. */
export type Freshness = 'empty' | 'current' | 'stale';

const WAIT_SECONDS = 1;
const MAX_WAITING = 1_024;

/**
 * The last good value of something that is read again and again: a bundle, keys, a certificate authority. A broken newer
 * one leaves it active; the error says why, once for each reason.
 */
export class LastGood<Input, Value> {
  readonly #options: LastGoodOptions<Input, Value>;
  readonly #flight: SingleFlight;
  readonly #cooldown: Cooldown;
  #input: Input | undefined;
  #value: Value | undefined;
  #loadedAt: number | undefined;
  #error: WorkloadIdentityError | undefined;
  #isOutdated = false;
  #inTime: Promise<boolean> = Promise.resolve(true);
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;
  #pollSeconds = 0;
  #closed = false;

  constructor(options: LastGoodOptions<Input, Value>) {
    this.#options = options;
    this.#flight = new SingleFlight(() => this.#start());
    this.#cooldown = new Cooldown(options.cooldown, options.clock);
  }

  get value(): Value | undefined {
    return this.#value;
  }

  /** Why the newest attempt failed. */
  get error(): WorkloadIdentityError | undefined {
    return this.#error;
  }

  /** When the active value was loaded; milliseconds since 1970. */
  get loadedAt(): number | undefined {
    return this.#loadedAt;
  }

  get freshness(): Freshness {
    if (this.#value === undefined) return 'empty';
    return this.#error === undefined ? 'current' : 'stale';
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Reads the sources again now. It never rejects. */
  reload(): Promise<void> {
    return this.#flight.run();
  }

  /** Makes the next attempt build a new value, even if what is read is the same. */
  invalidate(): void {
    this.#isOutdated = true;
  }

  /**
   * Reads the sources again because a token named an unknown key, at most once in the cooldown. It takes at most a second,
   * and lets at most 1,024 wait: a source that hangs must not hold the requests of strangers.
   * @returns whether the sources were read in that time
   */
  async refreshOnUnknownKey(): Promise<boolean> {
    if (this.#waiting >= MAX_WAITING) return false;
    if (this.#flight.running === undefined) {
      if (this.#cooldown.active) return false;
      this.#cooldown.start();
      void this.#flight.run();
    }
    this.#waiting++;
    try {
      return await this.#inTime;
    } finally {
      this.#waiting--;
    }
  }

  /** Stops looking for changes. What is under way changes nothing any more. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  #start(): Promise<void> {
    const loading = this.#load();
    const ended = loading.then(() => true);
    this.#inTime = withTimeLimit(ended, WAIT_SECONDS, () => undefined).catch(() => false);
    return loading;
  }

  async #load(): Promise<void> {
    if (this.#closed) return;
    try {
      const input = await this.#options.read(this.#input);
      const isSame = this.#input !== undefined && this.#options.isSame(input, this.#input);
      if (!isSame || this.#isOutdated) await this.#adopt(input);
      else if (this.#error !== undefined) this.#options.loaded(this.#value as Value);
      this.#error = undefined;
    } catch (error) {
      this.#reject(
        isWorkloadIdentityError(error)
          ? error
          : new WorkloadIdentityError(this.#options.code, { cause: error }),
      );
    }
    // After a rejection as well: a source that was broken at the start is found when it is fixed.
    this.#poll();
  }

  async #adopt(input: Input): Promise<void> {
    this.#isOutdated = false;
    const value = await this.#options.build(input, this.#value);
    if (this.#closed) return;
    this.#value = value;
    this.#input = input;
    this.#loadedAt = this.#options.clock();
    this.#options.loaded(value);
  }

  #reject(error: WorkloadIdentityError): void {
    const known = this.#error?.message === error.message;
    this.#error = error;
    if (!known && !this.#closed) this.#options.rejected(error);
  }

  #poll(): void {
    const seconds = this.#options.pollSeconds(this.#input);
    if (this.#closed || seconds === this.#pollSeconds) return;
    clearInterval(this.#timer);
    this.#pollSeconds = seconds;
    if (seconds === 0) return;
    this.#timer = setInterval(() => void this.reload(), seconds * 1000);
    this.#timer.unref();
  }
}

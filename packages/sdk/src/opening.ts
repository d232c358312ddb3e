const RETRY_MILLISECONDS = 1_000;
const MAX_WAITING = 1_024;

/**
 * Opens a source on its first use, one attempt at a time. After a failure the next second makes no further attempt:
 * callers that are not authenticated yet must not make a service read in a loop.
 */
export class Opening {
  readonly #open: () => Promise<void>;
  readonly #clock: () => number;
  #done = false;
  #attempt: Promise<void> | undefined;
  #failedAt = Number.NEGATIVE_INFINITY;
  #waiting = 0;

  constructor(open: () => Promise<void>, clock: () => number) {
    this.#open = open;
    this.#clock = clock;
  }

  /** Whether it is open; from then on {@link onUse} has nothing to do. */
  get done(): boolean {
    return this.#done;
  }

  /** Opens it now, and throws what stands in the way. */
  now(): Promise<void> {
    this.#attempt ??= this.#try().finally(() => {
      this.#attempt = undefined;
    });
    return this.#attempt;
  }

  /**
   * Opens it, unless that has just failed. It does not throw: the source itself refuses what comes before it is open. At most
   * 1,024 wait for it: a source that hangs must not hold ever more requests.
   */
  async onUse(): Promise<void> {
    const since = this.#clock() - this.#failedAt;
    const tooSoon = since >= 0 && since < RETRY_MILLISECONDS;
    if ((this.#attempt === undefined && tooSoon) || this.#waiting >= MAX_WAITING) return;
    this.#waiting++;
    await this.now().catch(() => {});
    this.#waiting--;
  }

  /** Lets the next use try at once, whatever failed before. */
  forgive(): void {
    this.#failedAt = Number.NEGATIVE_INFINITY;
  }

  async #try(): Promise<void> {
    try {
      await this.#open();
      this.#done = true;
    } catch (reason) {
      this.#failedAt = this.#clock();
      throw reason;
    }
  }
}

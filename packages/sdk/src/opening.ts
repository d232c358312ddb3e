const RETRY_MILLISECONDS = 1_000;

/**
 * Opens a source on its first use, one attempt at a time. After a failure, uses within the next second get its reason
 * without another attempt: callers that are not authenticated yet must not make a service read in a loop.
 */
export class Opening {
  readonly #open: () => Promise<void>;
  readonly #clock: () => number;
  #done = false;
  #attempt: Promise<void> | undefined;
  #failure: { readonly reason: unknown; readonly at: number } | undefined;

  constructor(open: () => Promise<void>, clock: () => number) {
    this.#open = open;
    this.#clock = clock;
  }

  /** Whether it is open; from then on {@link onUse} has nothing to do. */
  get done(): boolean {
    return this.#done;
  }

  /** Opens it now. */
  now(): Promise<void> {
    this.#attempt ??= this.#try().finally(() => {
      this.#attempt = undefined;
    });
    return this.#attempt;
  }

  /** Opens it unless it is open, or has just failed to. */
  async onUse(): Promise<void> {
    if (this.#done) return;
    if (this.#failure !== undefined && this.#attempt === undefined) {
      const since = this.#clock() - this.#failure.at;
      if (since >= 0 && since < RETRY_MILLISECONDS) throw this.#failure.reason;
    }
    await this.now();
  }

  /** Lets the next use try at once, whatever failed before. */
  forgive(): void {
    this.#failure = undefined;
  }

  async #try(): Promise<void> {
    try {
      await this.#open();
      this.#done = true;
    } catch (reason) {
      this.#failure = { reason, at: this.#clock() };
      throw reason;
    }
  }
}

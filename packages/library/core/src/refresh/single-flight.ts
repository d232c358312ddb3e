/**
 * Runs a task one at a time. A call during a run is answered by one more run after it, shared by all who called meanwhile:
 * the run under way may have read before the change that led to the call.
 */
export class SingleFlight {
  readonly #task: () => Promise<void>;
  #running: Promise<void> | undefined;
  #queued: Promise<void> | undefined;

  constructor(task: () => Promise<void>) {
    this.#task = task;
  }

  /** The run under way. */
  get running(): Promise<void> | undefined {
    return this.#running;
  }

  run(): Promise<void> {
    if (this.#running === undefined) return this.#start();
    this.#queued ??= this.#running.then(() => {
      this.#queued = undefined;
      return this.#running ?? this.#start();
    });
    return this.#queued;
  }

  #start(): Promise<void> {
    const running = this.#task().finally(() => {
      this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}

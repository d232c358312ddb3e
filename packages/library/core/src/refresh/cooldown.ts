/** Lets something happen at most once in a time. */
export class Cooldown {
  readonly #milliseconds: number;
  readonly #clock: () => number;
  #since = Number.NEGATIVE_INFINITY;

  /** @param clock milliseconds since 1970 */
  constructor(seconds: number, clock: () => number) {
    this.#milliseconds = seconds * 1000;
    this.#clock = clock;
  }

  /** Whether it is too soon. A clock that went back does not make it so for longer than that. */
  get active(): boolean {
    const since = this.#clock() - this.#since;
    return since >= 0 && since < this.#milliseconds;
  }

  start(): void {
    this.#since = this.#clock();
  }

  end(): void {
    this.#since = Number.NEGATIVE_INFINITY;
  }
}

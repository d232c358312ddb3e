import { setTimeout as wait } from 'node:timers/promises';
import type { Fleet, OrderAnswer } from './fleet.ts';

const PAUSE_MS = 5;

/** Steady load: some callers, each sending its next order a moment after the last one was answered. */
export class Traffic {
  sent = 0;
  readonly failures: string[] = [];
  readonly keys = new Set<string>();
  readonly rungs = new Set<string>();
  readonly #fleet: Fleet;
  readonly #callers: Promise<void>[] = [];
  #running = true;

  constructor(fleet: Fleet, callers: number) {
    this.#fleet = fleet;
    for (let caller = 0; caller < callers; caller++) this.#callers.push(this.#call());
  }

  /** Waits until this many more orders were answered. */
  async flow(orders: number): Promise<void> {
    const target = this.sent + orders;
    while (this.sent < target) await new Promise((resolve) => setImmediate(resolve));
  }

  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#callers);
  }

  async #call(): Promise<void> {
    while (this.#running) {
      try {
        const { status, body } = await this.#fleet.order();
        if (status !== 201) this.failures.push(`${status} ${JSON.stringify(body)}`);
        else this.#note(body);
      } catch (error) {
        this.failures.push(String(error));
      }
      this.sent++;
      await wait(PAUSE_MS);
    }
  }

  #note({ charge }: OrderAnswer): void {
    if (charge?.keyId !== undefined) this.keys.add(charge.keyId);
    if (charge?.rung !== undefined) this.rungs.add(charge.rung);
  }
}

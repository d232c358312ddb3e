import type { SecretReference } from '@workload-identity/contract';
import { readSecret, type SecretReader } from '@workload-identity/core';
import { expect, onTestFinished, vi } from 'vitest';

/** Lets the event loop turn until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

/** A reader of references, of which some do not answer. */
export interface HangingReader {
  readonly readSecret: SecretReader;
  /** Makes a reference hang, by its file or variable; without one, all of them answer. */
  hang(...names: readonly string[]): void;
  /** Waits until so many calls hang, counted from the start. */
  hung(calls: number): Promise<void>;
}

export function hangingReader(): HangingReader {
  let hanging: readonly string[] = [];
  let calls = 0;
  return {
    readSecret: (reference: SecretReference) => {
      if (!hanging.includes(reference.env ?? reference.file)) return readSecret(reference);
      calls++;
      return new Promise(() => {});
    },
    hang(...names) {
      hanging = names;
    },
    hung: (count) => until(() => calls >= count),
  };
}

/** From now on time passes when the test says so. Only timers are replaced: reading takes its time. */
export function stopTimers(): (seconds: number) => Promise<void> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  return async (seconds) => void (await vi.advanceTimersByTimeAsync(seconds * 1_000));
}

/** Expects that something is not over yet, and gives its outcome later: the value, or the error. */
export function outcomeOf<T>(waiting: Promise<T>): {
  readonly over: boolean;
  readonly end: Promise<unknown>;
} {
  let over = false;
  const end = waiting
    .catch((error: unknown) => error)
    .finally(() => {
      over = true;
    });
  return {
    get over() {
      return over;
    },
    end,
  };
}

/** The reason that a source is given up with. */
export const LATE = expect.stringContaining('has not answered for 2 seconds');

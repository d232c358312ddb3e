/** How a leaf source waits: like `setTimeout`, which is the default. */
export interface Timers {
  /** Calls back once, after some milliseconds. It must not keep the process alive. */
  set(callback: () => void, milliseconds: number): unknown;
  clear(handle: unknown): void;
}

/** The timers of the platform. */
export const platformTimers: Timers = Object.freeze({
  set: (callback: () => void, milliseconds: number) => setTimeout(callback, milliseconds).unref(),
  clear: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout | undefined),
});

/**
 * Waits for a promise, and no longer.
 * @throws what `late` makes, when the time is over first; the promise's own outcome is then ignored
 */
export async function within<T>(
  timers: Timers,
  milliseconds: number,
  promise: Promise<T>,
  late: () => Error,
): Promise<T> {
  let handle: unknown;
  const timeout = new Promise<never>((_, reject) => {
    handle = timers.set(() => reject(late()), milliseconds);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    timers.clear(handle);
  }
}

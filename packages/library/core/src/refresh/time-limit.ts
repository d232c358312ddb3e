/** How long a source may take to answer, in seconds. */
export const SOURCE_SECONDS = 2;

// Where the process was suspended or busy, the time is up before what was read meanwhile could be told. So the time passes
// in slices, and between two of them the process takes in what has arrived.
const SLICES = 4;

/**
 * Waits for a promise, and no longer than it may take. What it gives later is dropped.
 * @param seconds how long to wait
 * @param late makes the error for a promise that takes longer
 */
export function withTimeLimit<T>(waiting: Promise<T>, seconds: number, late: () => unknown): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    const wait = (slices: number): void => {
      timer = setTimeout(() => (slices > 1 ? wait(slices - 1) : reject(late())), (seconds * 1000) / SLICES);
    };
    wait(SLICES);
  });
  return Promise.race([waiting, limit]).finally(() => clearTimeout(timer));
}

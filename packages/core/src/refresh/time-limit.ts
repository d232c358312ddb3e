/** How long a source may take to answer, in seconds. */
export const SOURCE_SECONDS = 2;

/**
 * Waits for a promise, and no longer than it may take. What it gives later is dropped.
 * @param seconds how long to wait
 * @param late makes the error for a promise that takes longer
 */
export function withTimeLimit<T>(waiting: Promise<T>, seconds: number, late: () => unknown): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), seconds * 1000);
  });
  return Promise.race([waiting, limit]).finally(() => clearTimeout(timer));
}

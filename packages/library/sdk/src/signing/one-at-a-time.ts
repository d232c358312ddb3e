/**
 * Runs a task one at a time. A call during a run is answered by one more run after it, shared by all who called meanwhile:
 * the run under way may have read before the change that led to the call.
 */
export function oneAtATime(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let queued: Promise<void> | undefined;
  const start = (): Promise<void> => {
    running = task().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (running === undefined) return start();
    queued ??= running.then(() => {
      queued = undefined;
      return running ?? start();
    });
    return queued;
  };
}

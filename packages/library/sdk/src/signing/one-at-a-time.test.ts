import { expect, it } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

/** A task that ends when it is told to. */
function task() {
  const ends: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const run = oneAtATime(async () => {
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => ends.push(resolve));
    running--;
  });
  return { run, ends, most: () => most };
}

it('answers all calls during a run with one more run after it', async () => {
  const { run, ends, most } = task();
  const first = run();
  const later = [run(), run(), run()];
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await first;
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await Promise.all(later);
  expect({ runs: ends.length, most: most() }).toEqual({ runs: 2, most: 1 });
});

it('runs again after a run has ended', async () => {
  const { run, ends } = task();
  for (const at of [0, 1]) {
    const ended = run();
    ends[at]?.();
    await ended;
  }
  expect(ends).toHaveLength(2);
});

it('never runs twice at once, also when the end of a run leads to the next call', async () => {
  const { run, ends, most } = task();
  const chained = run().then(run);
  const queued = run();
  ends[0]?.();
  await Promise.resolve();
  await new Promise(setImmediate);
  for (const end of ends) end();
  await Promise.all([chained, queued]);
  expect(most()).toBe(1);
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withTimeLimit } from './time-limit.ts';

const late = () => new Error('late');
const outcomeOf = (waiting: Promise<unknown>) => waiting.catch((error: Error) => error.message);

describe('a limit of time', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('ends what takes longer, and nothing before', async () => {
    const outcome = vi.fn();
    void outcomeOf(withTimeLimit(new Promise(() => {}), 2, late)).then(outcome);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(outcome).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(outcome).toHaveBeenCalledExactlyOnceWith('late');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('hands on what comes in time, good or bad, and leaves no timer', async () => {
    expect(await withTimeLimit(Promise.resolve(7), 2, late)).toBe(7);
    expect(await outcomeOf(withTimeLimit(Promise.reject(new Error('bad')), 2, late))).toBe('bad');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('drops what comes too late, also an error', async () => {
    let fail: (error: Error) => void = () => {};
    const waiting = new Promise((_, reject) => {
      fail = reject;
    });
    const outcome = outcomeOf(withTimeLimit(waiting, 2, late));
    await vi.advanceTimersByTimeAsync(2_000);
    fail(new Error('too late'));
    expect(await outcome).toBe('late');
  });
});

it('does not run while the process is busy: what has arrived is taken first', async () => {
  const arrived = new Promise((resolve) => setImmediate(resolve, 'arrived'));
  const reading = withTimeLimit(arrived, 0.04, late);
  const until = performance.now() + 60;
  while (performance.now() < until);
  expect(await outcomeOf(reading)).toBe('arrived');
});

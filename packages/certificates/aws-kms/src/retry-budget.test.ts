import { describe, expect, test } from 'vitest';
import { readOptions } from './options.ts';
import { RetryBudget } from './retry-budget.ts';

type Failure = Parameters<RetryBudget['refreshRetryTokenForRetry']>[1];

const transient: Failure = { errorType: 'TRANSIENT' };

/** A budget whose time passes only by its own waits. */
function budget(options: { attempts?: number; budgetSeconds?: number; random?: number } = {}) {
  let now = 1_000_000;
  const waits: number[] = [];
  const { random = 1, ...rest } = options;
  const settings = readOptions({
    keyId: 'alias/ca',
    ...rest,
    clock: () => now,
    random: () => random,
    sleep: async (time) => {
      waits.push(time);
      now += time;
    },
  });
  const pass = (time: number) => {
    now += time;
  };
  return { strategy: new RetryBudget(settings), waits, pass, now: () => now };
}

async function retries(strategy: RetryBudget, failure: Failure): Promise<number> {
  let token = await strategy.acquireInitialRetryToken();
  for (;;) {
    try {
      token = await strategy.refreshRetryTokenForRetry(token, failure);
      expect(token.getRetryDelay()).toBe(0);
    } catch {
      return token.getRetryCount();
    }
  }
}

describe('the budget of a call to KMS', () => {
  test('waits grow, up to two seconds', async () => {
    const { strategy, waits } = budget({ attempts: 8, budgetSeconds: 60 });
    expect(await retries(strategy, transient)).toBe(7);
    expect(waits).toEqual([100, 200, 400, 800, 1600, 2000, 2000]);
  });

  test('throttling waits longer', async () => {
    const { strategy, waits } = budget({ attempts: 4, budgetSeconds: 60 });
    await retries(strategy, { errorType: 'THROTTLING' });
    expect(waits).toEqual([500, 1000, 2000]);
  });

  test('jitter spreads a wait from nothing to its full length', async () => {
    const { strategy, waits } = budget({ attempts: 3, random: 0.25 });
    await retries(strategy, transient);
    expect(waits).toEqual([25, 50]);
  });

  test('a wait that would end after the time is not begun', async () => {
    const { strategy, waits, now } = budget({ attempts: 10, budgetSeconds: 1 });
    const start = now();
    expect(await retries(strategy, transient)).toBe(3);
    expect(waits).toEqual([100, 200, 400]);
    expect(now() - start).toBeLessThan(1_000);
  });

  test('nor is one that would end with it', async () => {
    const { strategy, waits } = budget({ budgetSeconds: 0.3 });
    expect(await retries(strategy, transient)).toBe(1);
    expect(waits).toEqual([100]);
  });

  test('the time of the attempts counts', async () => {
    const { strategy, pass } = budget({ budgetSeconds: 1 });
    const token = await strategy.acquireInitialRetryToken();
    pass(950);
    await expect(strategy.refreshRetryTokenForRetry(token, transient)).rejects.toThrow('no time left');
  });

  test('each call has its own time', async () => {
    const { strategy, pass } = budget({ budgetSeconds: 1 });
    await strategy.acquireInitialRetryToken();
    pass(10_000);
    const token = await strategy.acquireInitialRetryToken();
    await expect(strategy.refreshRetryTokenForRetry(token, transient)).resolves.toBeDefined();
  });

  test('what AWS asks to wait is waited, within the time', async () => {
    const { strategy, waits, now } = budget({ budgetSeconds: 5 });
    const after = (ms: number) => ({ ...transient, retryAfterHint: new Date(now() + ms) });
    const token = await strategy.acquireInitialRetryToken();
    const next = await strategy.refreshRetryTokenForRetry(token, after(3_000));
    expect(waits).toEqual([3_000]);
    await expect(strategy.refreshRetryTokenForRetry(next, after(3_000))).rejects.toThrow('no time left');
  });

  test('what AWS asks to wait shortens no wait', async () => {
    const { strategy, waits, now } = budget();
    const token = await strategy.acquireInitialRetryToken();
    await strategy.refreshRetryTokenForRetry(token, { ...transient, retryAfterHint: new Date(now() + 10) });
    expect(waits).toEqual([100]);
  });

  test('a refusal is final', async () => {
    const { strategy, waits } = budget();
    expect(await retries(strategy, { errorType: 'CLIENT_ERROR' })).toBe(0);
    expect(waits).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { PoolPolicy } from './thread-pool.ts';

type Done = (error: Error | null, holds: boolean) => void;

/** A check on the pool that ends when the test says so. */
function start(policy: PoolPolicy): { readonly outcome: Promise<boolean>; readonly end: Done } {
  let end: Done = () => {};
  const outcome = policy.run((done) => {
    end = done;
  });
  return { outcome, end };
}

function count(policy: PoolPolicy, times: number): number {
  return Array.from({ length: times }, () => policy.wants('auto')).filter(Boolean).length;
}

describe('where a signature is checked', () => {
  test('`always` and `never` mean it', () => {
    const policy = new PoolPolicy(1);
    for (let time = 0; time < 200; time++) {
      expect(policy.wants('always')).toBe(true);
      expect(policy.wants('never')).toBe(false);
    }
  });

  test('alone, only one in 32 goes to the pool, to see whether others come', () => {
    expect(count(new PoolPolicy(2), 3_200)).toBe(100);
    expect(new PoolPolicy(2).wants('auto')).toBe(false);
  });

  test('while one is on the pool the next ones go there too, at most 64, and then none', async () => {
    const policy = new PoolPolicy(2);
    const running = [start(policy)];
    while (policy.wants('auto')) running.push(start(policy));
    expect(running).toHaveLength(64);
    expect(count(policy, 200)).toBe(0);
    running[0]?.end(null, true);
    expect(await running[0]?.outcome).toBe(true);
    expect(policy.wants('auto')).toBe(true);
    for (const { end, outcome } of running.slice(1)) {
      end(null, false);
      expect(await outcome).toBe(false);
    }
    expect(count(policy, 31)).toBeLessThanOrEqual(1);
  });

  test('a check that fails leaves the pool as well, and says why', async () => {
    const policy = new PoolPolicy(2);
    const { outcome, end } = start(policy);
    expect(policy.wants('auto')).toBe(true);
    end(new Error('out of memory'), false);
    await expect(outcome).rejects.toThrow('out of memory');
    expect(policy.wants('auto')).toBe(false);
  });

  test('a check that cannot be started is not counted', async () => {
    const policy = new PoolPolicy(2);
    const failing = policy.run(() => {
      throw new Error('no such key');
    });
    await expect(failing).rejects.toThrow('no such key');
    expect(policy.wants('auto')).toBe(false);
  });

  test('on one processor nothing goes to the pool by itself', () => {
    const policy = new PoolPolicy(1);
    expect(count(policy, 1_000)).toBe(0);
    const { end } = start(policy);
    expect(count(policy, 1_000)).toBe(0);
    end(null, true);
  });
});

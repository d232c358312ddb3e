import { randomBytes } from 'node:crypto';
import type { TrustBundle } from '@workload-identity/contract';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { BundleSourceOptions } from './bundle-options.ts';
import { createBundleSource } from './bundle-source.ts';

const SECRET = randomBytes(32).toString('base64');
const bundle = (changes: Partial<TrustBundle> = {}): TrustBundle => ({
  version: 1,
  trustDomain: 'prod.example.com',
  sequence: 1,
  authorities: [
    {
      rung: 'hmac',
      issuer: 'self',
      subjects: ['spiffe://prod.example.com/*'],
      keys: [{ secret: { env: 'SECRET' } }],
    },
  ],
  ...changes,
});

/** A source whose reads are counted, and can be waited for. */
function counting(options: Partial<BundleSourceOptions> = {}) {
  const state = { reads: 0, secret: SECRET, waiting: () => {} };
  const source = createBundleSource({
    bundle: bundle(),
    readSecret: async () => {
      state.reads++;
      state.waiting();
      return state.secret;
    },
    ...options,
  });
  const nextRead = (): Promise<void> =>
    new Promise((resolve) => {
      state.waiting = resolve;
    });
  return { source, state, nextRead };
}

describe('a look at the sources again', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([
    ['every 5 seconds', {}, {}, 5],
    ['as often as the bundle hints, when that is more often', {}, { refreshHint: 2 }, 2],
    ['no less often, whatever the bundle hints', {}, { refreshHint: 3_600 }, 5],
    ['as often as it is told', { pollInterval: 60 }, { refreshHint: 1 }, 60],
  ])('comes %s', async (_, options, changes, seconds) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { source, state, nextRead } = counting({ bundle: bundle(changes), ...options });
    await source.ready();
    expect(state.reads).toBe(1);
    for (let round = 2; round < 5; round++) {
      vi.advanceTimersByTime(seconds * 1000 - 1);
      await new Promise((resolve) => setImmediate(resolve));
      expect(state.reads).toBe(round - 1);
      const read = nextRead();
      vi.advanceTimersByTime(1);
      await read;
      await source.reload();
      state.reads = round;
    }
    source.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('finds a bundle that was broken at the start', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { source, state, nextRead } = counting();
    state.secret = 'broken';
    await expect(source.ready()).rejects.toMatchObject({ code: 'key_invalid' });
    state.secret = SECRET;
    const read = nextRead();
    vi.advanceTimersByTime(5_000);
    await read;
    await source.reload();
    expect(source.status().state).toBe('current');
    source.close();
  });

  test('never comes when it is switched off', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { source } = counting({ pollInterval: 0 });
    await source.ready();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a look because of an unknown key', () => {
  test('comes at most once in the interval, and the clock going back does not switch it off', async () => {
    let now = 1_000_000;
    const { source, state } = counting({ pollInterval: 0, clock: () => now });
    await source.ready();
    expect([await source.heal(), state.reads]).toEqual([true, 2]);
    expect([await source.heal(), state.reads]).toEqual([false, 2]);
    now += 4_999;
    expect([await source.heal(), state.reads]).toEqual([false, 2]);
    now += 1;
    expect([await source.heal(), state.reads]).toEqual([true, 3]);
    now -= 3_600_000;
    expect([await source.heal(), state.reads]).toEqual([true, 4]);
    expect([await source.heal(), state.reads]).toEqual([false, 4]);
  });

  test('is one look for all who ask at once, and all of them may try again', async () => {
    const { source, state } = counting({ pollInterval: 0, healInterval: 60 });
    await source.ready();
    const healed = await Promise.all(Array.from({ length: 100 }, () => source.heal()));
    expect(healed.every((one) => one)).toBe(true);
    expect(state.reads).toBe(2);
  });

  test('comes every time when the interval is 0', async () => {
    const { source, state } = counting({ pollInterval: 0, healInterval: 0, clock: () => 5 });
    await source.ready();
    for (let round = 0; round < 5; round++) expect(await source.heal()).toBe(true);
    expect(state.reads).toBe(6);
  });
});

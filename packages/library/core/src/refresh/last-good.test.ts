import { WorkloadIdentityError } from '@workload-identity/contract';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LastGood } from './last-good.ts';

/** A value that is the double of what is read, and all that was announced. */
function doubling(changes: { cooldown?: number; poll?: number } = {}) {
  const said: string[] = [];
  const state = {
    input: 1,
    reads: 0,
    builds: 0,
    now: 1_000_000,
    wait: Promise.resolve() as Promise<unknown>,
  };
  const source = new LastGood<number, number>({
    async read() {
      state.reads++;
      const { input } = state;
      await state.wait;
      if (input < 0) throw new WorkloadIdentityError('key_invalid', { detail: String(input) });
      if (Number.isNaN(input)) throw new Error('a foreign error');
      return input;
    },
    isSame: (input, before) => input === before,
    async build(input, before) {
      state.builds++;
      if (input === 13) throw new WorkloadIdentityError('bundle_invalid', { detail: `13 after ${before}` });
      return input * 2;
    },
    loaded: (value) => said.push(`loaded ${value}`),
    rejected: ({ code }) => said.push(`rejected ${code}`),
    code: 'secret_unavailable',
    pollSeconds: () => changes.poll ?? 0,
    cooldown: changes.cooldown ?? 5,
    clock: () => state.now,
  });
  return { source, state, said };
}

/** A promise, and what settles it. */
function gate() {
  let open = (): void => {};
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { wait, open };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('the last good value', () => {
  it('is empty, current and stale, and says each change once', async () => {
    const { source, state, said } = doubling();
    expect([source.freshness, source.value, source.error, source.loadedAt]).toEqual([
      'empty',
      undefined,
      undefined,
      undefined,
    ]);
    await source.reload();
    expect([source.freshness, source.value, source.loadedAt]).toEqual(['current', 2, 1_000_000]);
    await source.reload();
    state.input = -1;
    await source.reload();
    await source.reload();
    expect([source.freshness, source.value, source.error?.code]).toEqual(['stale', 2, 'key_invalid']);
    state.input = -2;
    await source.reload();
    state.input = 1;
    await source.reload();
    expect([source.freshness, source.error]).toEqual(['current', undefined]);
    expect(said).toEqual(['loaded 2', 'rejected key_invalid', 'rejected key_invalid', 'loaded 2']);
    expect([state.reads, state.builds]).toEqual([6, 1]);
  });

  it('is kept where the newer one cannot be built, and the next attempt builds again', async () => {
    const { source, state, said } = doubling();
    await source.reload();
    state.input = 13;
    await source.reload();
    await source.reload();
    expect([source.value, source.error?.detail, state.builds]).toEqual([2, '13 after 2', 3]);
    state.input = 4;
    await source.reload();
    expect(said).toEqual(['loaded 2', 'rejected bundle_invalid', 'loaded 8']);
  });

  it('gives a foreign error the code of its source, and keeps it as the cause', async () => {
    const { source, state } = doubling();
    state.input = Number.NaN;
    await source.reload();
    expect(source.error).toMatchObject({ code: 'secret_unavailable', cause: { message: 'a foreign error' } });
  });

  it('is built again out of the same when it was invalidated, once', async () => {
    const { source, state } = doubling();
    await source.reload();
    source.invalidate();
    await source.reload();
    await source.reload();
    expect(state.builds).toBe(2);
  });

  it('is read once for all who ask during a read, and once more for what changed meanwhile', async () => {
    const { source, state } = doubling();
    const first = gate();
    state.wait = first.wait;
    const asked = [source.reload(), source.reload(), source.reload()];
    state.input = 5;
    first.open();
    await Promise.all(asked);
    expect([state.reads, source.value]).toEqual([2, 10]);
  });

  it('changes no more after it was closed, not even by what is under way', async () => {
    vi.useFakeTimers();
    const { source, state, said } = doubling({ poll: 1 });
    await source.reload();
    const slow = gate();
    state.wait = slow.wait;
    state.input = 3;
    const reloading = source.reload();
    source.close();
    slow.open();
    await reloading;
    state.input = -1;
    await source.reload();
    expect([source.value, source.closed, said, vi.getTimerCount()]).toEqual([2, true, ['loaded 2'], 0]);
  });

  it('is looked at again as often as it is told, after a rejection as well', async () => {
    vi.useFakeTimers();
    const { source, state } = doubling({ poll: 2 });
    state.input = -1;
    await source.reload();
    state.input = 6;
    await vi.advanceTimersByTimeAsync(1_999);
    expect(source.freshness).toBe('empty');
    await vi.advanceTimersByTimeAsync(1);
    expect([source.value, vi.getTimerCount()]).toEqual([12, 1]);
    source.close();
  });
});

describe('an unknown key', () => {
  it('leads to one read in the cooldown, also when the clock goes back', async () => {
    const { source, state } = doubling({ cooldown: 5 });
    expect(await source.refreshOnUnknownKey()).toBe(true);
    expect(await source.refreshOnUnknownKey()).toBe(false);
    state.now += 4_999;
    expect(await source.refreshOnUnknownKey()).toBe(false);
    state.now += 1;
    expect(await source.refreshOnUnknownKey()).toBe(true);
    state.now -= 3_600_000;
    expect(await source.refreshOnUnknownKey()).toBe(true);
    expect(state.reads).toBe(3);
  });

  it('waits with a read that is under way, whoever began it', async () => {
    const { source, state } = doubling();
    const slow = gate();
    state.wait = slow.wait;
    const reloading = source.reload();
    const waiting = [source.refreshOnUnknownKey(), source.refreshOnUnknownKey()];
    slow.open();
    expect(await Promise.all(waiting)).toEqual([true, true]);
    await reloading;
    expect(state.reads).toBe(1);
  });

  it('waits a second at most', async () => {
    vi.useFakeTimers();
    const { source, state } = doubling();
    state.wait = new Promise(() => {});
    const waiting = source.refreshOnUnknownKey();
    await vi.advanceTimersByTimeAsync(999);
    const late = source.refreshOnUnknownKey();
    await vi.advanceTimersByTimeAsync(1);
    expect([await waiting, await late, await source.refreshOnUnknownKey()]).toEqual([false, false, false]);
    expect(state.reads).toBe(1);
  });
});

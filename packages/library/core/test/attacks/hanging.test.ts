import { afterEach, describe, expect, it, vi } from 'vitest';
import { createBundleSource } from '../../src/index.ts';
import { verdict } from '../support/outcome.ts';
import { secretSigning } from '../support/signing.ts';
import { tokenOf } from '../support/tokens.ts';
import { bundleOf, sharing, verifierOf } from '../support/world.ts';

const known = secretSigning();
const second = secretSigning();

/** A source whose secrets answer until they hang. */
async function hanging() {
  const state = { hangs: false, reads: 0 };
  const source = createBundleSource({
    bundle: bundleOf([sharing(known)]),
    readSecret: async () => {
      state.reads++;
      if (state.hangs) await new Promise(() => {});
      return known.secret.toString('base64');
    },
    pollInterval: 0,
    healInterval: 0,
  });
  await source.ready();
  return { source, state };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('attack 55: a secret that never answers', () => {
  it('holds an unknown key for a second, and a known one not at all', async () => {
    const { source, state } = await hanging();
    const verifier = verifierOf(source);
    state.hangs = true;
    vi.useFakeTimers();
    const refused = verdict(verifier, tokenOf(second));
    await vi.advanceTimersByTimeAsync(1_000);
    // Asked twice: the second time the same load is under way, and its second has passed.
    expect(await refused).toBe('key_unknown');
    expect(await verdict(verifier, tokenOf(known))).toBe('accepted');
    expect(state.reads).toBe(2);
  });

  it('makes the status stale with the reason after two seconds, and the next load takes the good one', async () => {
    const { source, state } = await hanging();
    state.hangs = true;
    vi.useFakeTimers();
    const reloading = source.reload();
    await vi.advanceTimersByTimeAsync(2_000);
    await reloading;
    expect(source.status()).toMatchObject({ state: 'stale', error: { code: 'secret_unavailable' } });
    expect(source.status().error?.message).toContain('has not answered for 2 seconds');
    expect(source.current().keys.size).toBe(1);
    state.hangs = false;
    await source.reload();
    expect(source.status()).toMatchObject({ state: 'current' });
  });

  it('lets at most 1,024 requests wait', async () => {
    const { source, state } = await hanging();
    const verifier = verifierOf(source);
    state.hangs = true;
    vi.useFakeTimers();
    let settled = 0;
    const tokens = Array.from({ length: 3_000 }, () => tokenOf(second));
    const all = tokens.map((token) => verifier.verify(token).catch(() => settled++));
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toBe(3_000 - 1_024);
    await vi.advanceTimersByTimeAsync(1_000);
    await Promise.all(all);
    expect(settled).toBe(3_000);
    expect(state.reads).toBe(2);
    // The place of those who waited is free again.
    settled = 0;
    await vi.advanceTimersByTimeAsync(1_000);
    const later = verifier.verify(tokenOf(second)).catch(() => settled++);
    await vi.advanceTimersByTimeAsync(1_000);
    await later;
    expect([settled, state.reads]).toEqual([1, 3]);
  });

  it('leaves no timer behind', async () => {
    const { source } = await hanging();
    vi.useFakeTimers();
    await source.reload();
    await source.heal();
    expect(vi.getTimerCount()).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { Opening } from './opening.ts';

/** A source that opens once it is mended. */
function source() {
  const state = { attempts: 0, broken: true, now: 1_000_000 };
  const opening = new Opening(
    async () => {
      state.attempts++;
      if (state.broken) throw new Error('broken');
    },
    () => state.now,
  );
  return { state, opening };
}

describe('Opening', () => {
  it('makes one attempt for all who use it at once', async () => {
    const { state, opening } = source();
    await Promise.all(Array.from({ length: 100 }, () => opening.onUse()));
    expect(state.attempts).toBe(1);
  });

  it('makes at most one attempt in a second while it fails, however often it is used', async () => {
    const { state, opening } = source();
    for (let millisecond = 0; millisecond < 3_000; millisecond++) {
      await opening.onUse();
      state.now++;
    }
    expect(state.attempts).toBe(3);
    expect(opening.done).toBe(false);
  });

  it('opens with the first attempt after it is mended, and is then never opened again', async () => {
    const { state, opening } = source();
    await opening.onUse();
    state.broken = false;
    state.now += 1_000;
    await opening.onUse();
    expect({ done: opening.done, attempts: state.attempts }).toEqual({ done: true, attempts: 2 });
  });

  it('tries at once where it is asked to, tells why it failed, and forgives', async () => {
    const { state, opening } = source();
    await expect(opening.now()).rejects.toThrow('broken');
    await expect(opening.now()).rejects.toThrow('broken');
    opening.forgive();
    await opening.onUse();
    expect(state.attempts).toBe(3);
  });

  it('is not switched off by a clock that goes back', async () => {
    const { state, opening } = source();
    await opening.onUse();
    state.now -= 3_600_000;
    await opening.onUse();
    expect(state.attempts).toBe(2);
  });
});

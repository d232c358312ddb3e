import { describe, expect, it } from 'vitest';
import { Opening } from './opening.ts';

/** A source that opens once it is fixed. */
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

  it('opens with the first attempt after it is fixed, and is then never opened again', async () => {
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

  it('attack 55: lets at most 1,024 wait for a source that hangs, and others once it is given up', async () => {
    let giveUp: (reason: Error) => void = () => {};
    const opening = new Opening(
      () =>
        new Promise((_, reject) => {
          giveUp = reject;
        }),
      () => 0,
    );
    let over = 0;
    const use = async () => opening.onUse().then(() => over++);
    const all = Array.from({ length: 3_000 }, use);
    await new Promise(setImmediate);
    expect(over).toBe(3_000 - 1_024);
    giveUp(new Error('late'));
    await Promise.all(all);
    opening.forgive();
    over = 0;
    const later = use();
    await new Promise(setImmediate);
    expect(over).toBe(0);
    giveUp(new Error('late'));
    await later;
  });

  it('is not switched off by a clock that goes back', async () => {
    const { state, opening } = source();
    await opening.onUse();
    state.now -= 3_600_000;
    await opening.onUse();
    expect(state.attempts).toBe(2);
  });
});

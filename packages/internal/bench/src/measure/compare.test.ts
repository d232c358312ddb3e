import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Contender, compare, orderOf } from './compare.ts';

/** A clock that work turns: nothing here depends on the machine. */
class World {
  now = 0;
  readonly runs: { readonly id: string; readonly times: number }[] = [];

  readonly clock = (): number => this.now;

  /** A contender that takes so many microseconds a call, and as many milliseconds as said to make ready. */
  contender(id: string, microseconds: number, preparing = 0): Contender {
    return {
      id,
      prepare: () => {
        this.now += preparing;
      },
      run: async (times) => {
        this.runs.push({ id, times });
        this.now += (times * microseconds) / 1_000;
      },
    };
  }

  /** The runs of the rounds, after warming up and calibrating. */
  measured(contenders: number, rounds: number): readonly { readonly id: string; readonly times: number }[] {
    return this.runs.slice(-contenders * rounds);
  }
}

describe('the order of the rounds', () => {
  test('puts everyone first once in as many rounds as there are contenders', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 12 }),
        fc.nat(100),
        (items, from) => {
          const rounds = items.map((_, round) => orderOf(items, from + round));
          expect(new Set(rounds.map(([first]) => first))).toEqual(new Set(items));
          // And everyone at every other place as well.
          for (let place = 0; place < items.length; place++) {
            expect(new Set(rounds.map((round) => round[place])).size).toBe(items.length);
          }
          for (const round of rounds) expect(new Set(round)).toEqual(new Set(items));
        },
      ),
    );
  });

  test('of nobody is empty', () => {
    expect(orderOf([], 3)).toEqual([]);
  });
});

describe('a comparison', () => {
  test('tells what a call takes, one value for each round', async () => {
    const world = new World();
    const timings = await compare(
      [world.contender('quick', 2), world.contender('slow', 700)],
      { rounds: 5, milliseconds: 10 },
      world.clock,
    );
    expect([...timings.keys()]).toEqual(['quick', 'slow']);
    for (const [id, cost] of [
      ['quick', 2],
      ['slow', 700],
    ] as const) {
      expect(timings.get(id)).toHaveLength(5);
      for (const each of timings.get(id) ?? []) expect(each).toBeCloseTo(cost, 6);
    }
  });

  test('runs everyone in every round, and everyone first equally often', async () => {
    const world = new World();
    const ids = ['a', 'b', 'c'];
    await compare(
      ids.map((id) => world.contender(id, 50)),
      { rounds: 6, milliseconds: 1 },
      world.clock,
    );
    const runs = world.measured(3, 6).map(({ id }) => id);
    const rounds = Array.from({ length: 6 }, (_, round) => runs.slice(round * 3, round * 3 + 3));
    for (const round of rounds) expect([...round].sort()).toEqual(ids);
    for (const id of ids) expect(rounds.filter(([first]) => first === id)).toHaveLength(2);
  });

  test('gives everyone the same time, however quick', async () => {
    const world = new World();
    await compare(
      [world.contender('quick', 1), world.contender('slow', 400)],
      { rounds: 2, milliseconds: 20 },
      world.clock,
    );
    const times = new Map(world.measured(2, 2).map(({ id, times: count }) => [id, count]));
    expect(times).toEqual(
      new Map([
        ['quick', 20_000],
        ['slow', 50],
      ]),
    );
  });

  test('runs at least once what takes longer than its share', async () => {
    const world = new World();
    const timings = await compare(
      [world.contender('slow', 90_000)],
      { rounds: 2, milliseconds: 5 },
      world.clock,
    );
    expect(world.measured(1, 2)).toEqual([
      { id: 'slow', times: 1 },
      { id: 'slow', times: 1 },
    ]);
    expect(timings.get('slow')?.[0]).toBeCloseTo(90_000, 3);
  });

  test('ends for what takes no time at all', async () => {
    const world = new World();
    await compare([world.contender('nothing', 0)], { rounds: 1, milliseconds: 5 }, world.clock);
    expect(world.measured(1, 1)[0]?.times).toBe(2 ** 20);
  });

  test('warms up before anything counts', async () => {
    const world = new World();
    let calls = 0;
    let batch = 0;
    const cold: Contender = {
      id: 'cold',
      run(times) {
        batch = times;
        // A hundred times as slow for its first hundred calls, as code that is not compiled yet.
        for (let at = 0; at < times; at++) world.now += (calls++ < 100 ? 100 : 1) / 1_000;
      },
    };
    const timings = await compare([cold], { rounds: 4, milliseconds: 10 }, world.clock);
    for (const each of timings.get('cold') ?? []) expect(each).toBeCloseTo(1, 6);
    // And it is calibrated warm: a cold one would have been given a hundredth of its share.
    expect(batch).toBe(10_000);
  });

  test('does not count the time to make ready, and makes ready before each batch', async () => {
    const world = new World();
    const contender = world.contender('prepared', 10, 500);
    const prepared: number[] = [];
    const timings = await compare(
      [
        {
          ...contender,
          prepare: (times) => {
            prepared.push(times);
            return contender.prepare?.(times);
          },
        },
      ],
      { rounds: 3, milliseconds: 1 },
      world.clock,
    );
    for (const each of timings.get('prepared') ?? []) expect(each).toBeCloseTo(10, 6);
    expect(prepared).toEqual(world.runs.map(({ times }) => times));
  });

  test('takes the time of this machine where no clock is given', async () => {
    const spin = (times: number): void => {
      const end = performance.now() + times * 0.1;
      while (performance.now() < end);
    };
    const timings = await compare([{ id: 'spin', run: spin }], { rounds: 3, milliseconds: 2 });
    expect(Math.min(...(timings.get('spin') ?? []))).toBeGreaterThanOrEqual(100);
  });

  test('fails when its work fails', async () => {
    const run = (): Promise<void> => Promise.reject(new Error('refused'));
    await expect(compare([{ id: 'broken', run }], { rounds: 1, milliseconds: 1 })).rejects.toThrow('refused');
  });
});

import { expect, it } from 'vitest';
import { mix, randomOf } from './random.ts';

it('gives the same numbers for the same seeds, and others for others', () => {
  const draw = (...seeds: number[]): number[] => {
    const random = randomOf(...seeds);
    return Array.from({ length: 20 }, () => random.next());
  };
  expect(draw(1, 2)).toEqual(draw(1, 2));
  const all = [draw(1), draw(2), draw(1, 2), draw(2, 1), draw(1, 2, 1), draw(2 ** 32 + 1), draw(2 ** 33 + 1)];
  expect(new Set(all.map((one) => one.join())).size).toBe(all.length);
});

it('spreads its numbers', () => {
  const random = randomOf(3);
  const seen = new Array<number>(10).fill(0);
  for (let at = 0; at < 10_000; at++) {
    const number = random.int(10);
    seen[number] = (seen[number] as number) + 1;
  }
  for (const times of seen) expect(Math.abs(times - 1_000)).toBeLessThan(150);
  const yes = Array.from({ length: 10_000 }, () => random.chance(0.2)).filter(Boolean).length;
  expect(Math.abs(yes - 2_000)).toBeLessThan(200);
});

it('mixes numbers that are near each other into numbers that are not', () => {
  const mixed = Array.from({ length: 1_000 }, (_, at) => mix(7, at));
  expect(new Set(mixed).size).toBe(1_000);
  expect(new Set(mixed.map((one) => one >>> 24)).size).toBeGreaterThan(200);
});

it('has nothing to pick from nothing', () => {
  expect(() => randomOf(1).pick([])).toThrow(RangeError);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantile, ratioOf, spreadOf } from './statistics.ts';

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
// Within what a measurement can be: not so large that a sum of two is infinite.
// And without the zero below zero, which no clock shows.
const finite = fc.double({ min: -1e12, max: 1e12, noNaN: true }).map((value) => value + 0);
const positive = fc.double({ min: 1e-3, max: 1e9, noNaN: true });
const some = fc.array(finite, { minLength: 1, maxLength: 50 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('a quantile', () => {
  test.each([
    [[7], 0.5, 7],
    [[1, 2, 3], 0.5, 2],
    [[1, 2, 3, 4], 0.5, 2.5],
    [[1, 2, 3, 4, 5], 0.25, 2],
    [[0, 10], 0.25, 2.5],
    [[0, 10, 100], 0.75, 55],
  ])('of %j at %d is %d', (values, at, expected) => {
    expect(quantile(values, at)).toBeCloseTo(expected, 12);
  });

  test('of nothing is an error', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });

  test('is the least at 0 and the most at 1, and grows in between', () => {
    fc.assert(
      fc.property(some, share, share, (values, a, b) => {
        const ordered = sorted(values);
        expect(quantile(ordered, 0)).toBe(ordered[0]);
        expect(quantile(ordered, 1)).toBe(ordered.at(-1));
        const [low, high] = [quantile(ordered, Math.min(a, b)), quantile(ordered, Math.max(a, b))];
        // What is between two values is rounded.
        expect(low).toBeLessThanOrEqual(high + Math.abs(high) * 1e-9 + 1e-9);
      }),
    );
  });

  test('has its share of the values at or below it', () => {
    fc.assert(
      fc.property(some, share, (values, at) => {
        const ordered = sorted(values);
        const value = quantile(ordered, at);
        const slack = Math.abs(value) * 1e-9 + 1e-9;
        const below = ordered.filter((each) => each <= value + slack).length;
        expect(below).toBeGreaterThanOrEqual(Math.floor((values.length - 1) * at) + 1);
      }),
    );
  });
});

describe('a spread', () => {
  test('does not depend on the order, and does not change what it is given', () => {
    fc.assert(
      fc.property(some, (values) => {
        const given = Object.freeze([...values]);
        expect(spreadOf(given)).toEqual(spreadOf(sorted(values).reverse()));
      }),
    );
  });

  test('sorts numbers as numbers', () => {
    expect(spreadOf([10, 9, 100]).median).toBe(10);
  });

  test.each([[[]], [[1, Number.NaN]], [[1, Number.POSITIVE_INFINITY]], [[undefined as never]]])(
    'of %j is an error',
    (values) => {
      expect(() => spreadOf(values)).toThrow(RangeError);
    },
  );
});

describe('a ratio', () => {
  const rounds = fc.array(fc.tuple(positive, positive), { minLength: 1, maxLength: 40 });
  const split = (pairs: readonly (readonly [number, number])[]): readonly [number[], number[]] => [
    pairs.map(([ours]) => ours),
    pairs.map(([, theirs]) => theirs),
  ];

  test('to itself is 1, and to itself times a factor that factor', () => {
    fc.assert(
      fc.property(fc.array(positive, { minLength: 1 }), fc.integer({ min: 0, max: 10 }), (values, power) => {
        expect(ratioOf(values, values)).toEqual({ median: 1, low: 1, high: 1 });
        const factor = 2 ** power;
        expect(
          ratioOf(
            values.map((each) => each * factor),
            values,
          ).median,
        ).toBe(factor);
      }),
    );
  });

  test('is taken round by round: what slows both sides of a round changes nothing', () => {
    fc.assert(
      fc.property(rounds, fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 40 }), (pairs, slow) => {
        const [ours, theirs] = split(pairs);
        const disturbed = (values: number[]): number[] =>
          values.map((each, round) => each * 2 ** (slow[round] ?? 0));
        expect(ratioOf(disturbed(ours), disturbed(theirs))).toEqual(ratioOf(ours, theirs));
      }),
    );
    // The ratio of the medians would be 10.
    expect(ratioOf([1, 10, 10], [1, 1, 10]).median).toBe(1);
  });

  test('lies between the least and the most of any round', () => {
    fc.assert(
      fc.property(rounds, (pairs) => {
        const each = pairs.map(([ours, theirs]) => ours / theirs);
        const { median, low, high } = ratioOf(...split(pairs));
        expect(low).toBeGreaterThanOrEqual(Math.min(...each) * (1 - 1e-9));
        expect(high).toBeLessThanOrEqual(Math.max(...each) * (1 + 1e-9));
        expect(median).toBeGreaterThanOrEqual(low * (1 - 1e-9));
        expect(median).toBeLessThanOrEqual(high * (1 + 1e-9));
      }),
    );
  });

  test.each([
    ['of different rounds', [1, 2], [1]],
    ['of fewer rounds than the other had', [1], [1, 2]],
    ['of no rounds', [], []],
    ['to nothing', [1], [0]],
    ['of what is no number', [Number.NaN], [1]],
  ])('%s is an error', (_, ours, theirs) => {
    expect(() => ratioOf(ours, theirs)).toThrow(RangeError);
  });
});

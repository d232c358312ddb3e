import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Measured, type Row, rowOf, rowsAgainst } from './rows.ts';
import { TARGETS } from './targets.ts';

const measured = (id: string, ours: readonly number[], peer: readonly number[]): Measured => ({
  id,
  what: 'what',
  unit: 'µs',
  ours,
  against: 'peer',
  peer,
});

/** A row whose ratio is exactly this. */
const rowAt = (id: string, ratio: number): Row => rowOf(measured(id, [ratio], [1]));

describe('a row', () => {
  test('has the medians of both sides, and the ratio of the rounds', () => {
    expect(rowOf(measured('any', [2, 4, 60], [1, 4, 20]))).toEqual({
      id: 'any',
      what: 'what',
      unit: 'µs',
      ours: 4,
      against: 'peer',
      peer: 4,
      ratio: 2,
      spread: [1.5, 2.5],
      target: null,
      sense: null,
      met: null,
    });
  });

  test.each([...TARGETS])(
    '%s: is met on the limit and inside, and missed outside',
    (id, { limit, sense }) => {
      const [inside, outside] = sense === 'at most' ? [0.999, 1.001] : [1.001, 0.999];
      expect(rowAt(id, limit)).toMatchObject({ target: limit, sense, met: true });
      expect(rowAt(id, limit * inside).met).toBe(true);
      expect(rowAt(id, limit * outside).met).toBe(false);
    },
  );

  test('is met by its median, whatever a few rounds were', () => {
    const { limit } = TARGETS.get('verify-es256') as { limit: number };
    const met = (...ratios: number[]): boolean | null =>
      rowOf(
        measured(
          'verify-es256',
          ratios,
          ratios.map(() => 1),
        ),
      ).met;
    expect(met(limit, limit, 100)).toBe(true);
    expect(met(limit + 0.01, limit + 0.01, 0.1)).toBe(false);
  });

  test('without a target is neither met nor missed', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (ratio) => {
        expect(rowAt('verify-es256/jose', ratio)).toMatchObject({ target: null, sense: null, met: null });
      }),
    );
  });

  test.each([
    ['nothing of ours', [], []],
    ['nothing of theirs', [1], []],
    ['no number of ours', [Number.NaN], [1]],
    ['no number of theirs', [1], [Number.NaN]],
    ['a peer that took no time', [1], [0]],
    ['no end', [Number.POSITIVE_INFINITY], [1]],
  ])('refuses %s: it would be met or missed by accident', (_, ours, peer) => {
    expect(() => rowOf(measured('verify-es256', ours, peer))).toThrow(RangeError);
  });
});

describe('the rows of a group', () => {
  const timings = new Map([
    ['jose', [8]],
    ['ours', [2]],
    ['fast-jwt', [4]],
    ['bare HMAC, (in) DER', [1]],
  ]);
  const heading = { id: 'verify-hs256', what: 'verify', unit: 'µs', main: 'fast-jwt' };

  test('hold ours against everyone else; the target is against one of them', () => {
    const rows = rowsAgainst(heading, timings);
    expect(rows.map(({ id, against, ratio }) => [id, against, ratio])).toEqual([
      ['verify-hs256/jose', 'jose', 0.25],
      ['verify-hs256', 'fast-jwt', 0.5],
      ['verify-hs256/bare-hmac-in-der', 'bare HMAC, (in) DER', 2],
    ]);
    expect(rows.map(({ met }) => met)).toEqual([null, true, null]);
  });

  test('need ours, and the one the target is against', () => {
    expect(() => rowsAgainst(heading, new Map([['jose', [1]]]))).toThrow(TypeError);
    expect(() => rowsAgainst({ ...heading, main: 'nobody' }, timings)).toThrow(TypeError);
  });
});

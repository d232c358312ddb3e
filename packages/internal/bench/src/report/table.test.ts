import { describe, expect, test } from 'vitest';
import { amount, figure, ratio, verdict } from './figures.ts';
import { row } from './rows.fixture.ts';
import { markdownTable, textTable } from './table.ts';

describe('figures', () => {
  test.each([
    [0, '0.00'],
    [0.456, '0.46'],
    [9.99, '9.99'],
    [10, '10.0'],
    [99.44, '99.4'],
    [123.4, '123'],
    [1_234.5, '1,235'],
    [9_597_075, '9,597,075'],
    [-12.34, '-12.3'],
  ])('%d is written %s', (value, text) => {
    expect(figure(value)).toBe(text);
  });

  test('an amount has its unit', () => {
    expect(amount(2.345, 'µs')).toBe('2.35 µs');
  });

  test('a ratio has its quartiles, and digits where it is small', () => {
    expect(ratio(row('a', { ratio: 1.056, spread: [0.944, 1.13] }))).toBe('1.06 (0.94–1.13)');
    expect(ratio(row('a', { ratio: 0.0034, spread: [0.003, 0.2] }))).toBe('0.0034 (0.0030–0.20)');
  });

  test('a verdict says the limit, its sense and whether it is met', () => {
    expect(verdict(row('a'))).toBe('');
    expect(verdict(row('a', { target: 1.1, sense: 'at most', met: true }))).toBe('≤ 1.1 met');
    expect(verdict(row('a', { target: 0.9, sense: 'at least', met: false }))).toBe('≥ 0.9 MISSED');
  });
});

describe('a table for people', () => {
  const rows = [
    row('short', { target: 0.5, sense: 'at most', met: true }),
    row('much-longer', { ours: 12_345, against: 'somebody else', peer: 5, ratio: 2_469 }),
  ];

  test('has its columns one under the other', () => {
    expect(textTable(rows)).toBe(
      [
        '                          ours  against                 ratio (quartiles)          target',
        'what short is          2.00 µs  a peer         4.00 µs  0.50 (0.50–0.50)           ≤ 0.5 met',
        'what much-longer is  12,345 µs  somebody else  5.00 µs  2469.00 (2469.00–2469.00)',
      ].join('\n'),
    );
  });

  test('has a line for each row, and its headings alone where there are none', () => {
    expect(textTable(rows).split('\n')).toHaveLength(3);
    expect(textTable([]).trim()).toMatch(/^ours +against +ratio \(quartiles\) +target$/);
  });

  test('has the same cells in Markdown', () => {
    const [headings, rule, ...lines] = markdownTable(rows).split('\n');
    expect(headings).toBe('|  | ours | against |  | ratio (quartiles) | target |');
    expect(rule?.match(/--/g)).toHaveLength(6);
    expect(lines).toEqual([
      '| what short is | 2.00 µs | a peer | 4.00 µs | 0.50 (0.50–0.50) | ≤ 0.5 met |',
      expect.stringMatching(/^\| what much-longer is \| 12,345 µs \| somebody else \| 5\.00 µs \|/),
    ]);
  });
});

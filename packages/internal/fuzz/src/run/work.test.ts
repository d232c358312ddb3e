import { expect, it } from 'vitest';
import { type Counts, count, type Find, type Target } from '../fuzzer.ts';
import { conclude, describeFind, describeResult } from './report.ts';
import { work } from './work.ts';

/** Finds something in every case whose number is a multiple of this. */
const finding = (every: number): Target & { readonly seen: number[] } => {
  const seen: number[] = [];
  return {
    name: 'numbers',
    cases: 'numbers',
    runs: 10,
    seen,
    async open(seed) {
      const counts: Counts = new Map();
      return {
        counts,
        async run(index): Promise<Find | undefined> {
          seen.push(index);
          count(counts, index % 2 === 0 ? 'even' : 'odd');
          return index % every === 0
            ? { target: 'numbers', seed, index, what: `${index} is one`, minimal: `${every}\n${index}` }
            : undefined;
        },
      };
    },
  };
};

const ALL = { seed: 5, time: Number.POSITIVE_INFINITY } as const;

it('takes every so many-th case from the first on, and tells of what it finds', async () => {
  const target = finding(7);
  const finds: Find[] = [];
  const done = await work(
    target,
    { ...ALL, first: 1, step: 3, cases: 8 },
    { find: (find) => finds.push(find) },
  );
  expect(target.seen).toEqual([1, 4, 7, 10, 13, 16, 19, 22]);
  expect(finds.map(({ index, seed }) => [index, seed])).toEqual([[7, 5]]);
  expect(done).toEqual({
    cases: 8,
    counts: new Map([
      ['odd', 4],
      ['even', 4],
    ]),
  });
});

it('stops when it has found enough', async () => {
  const finds: Find[] = [];
  const done = await work(
    finding(1),
    { ...ALL, first: 0, step: 1, cases: 1_000 },
    { find: (find) => finds.push(find) },
  );
  expect(finds).toHaveLength(10);
  expect(done.cases).toBe(10);
});

it('stops when its time is over', async () => {
  const done = await work(
    finding(1e9),
    { seed: 1, time: 0, first: 1, step: 1, cases: 1_000_000 },
    { find: () => undefined },
  );
  expect(done.cases).toBeLessThan(1_000);
});

it('says which case could not be run', async () => {
  const broken: Target = {
    ...finding(1),
    open: async () => ({
      counts: new Map(),
      run: async () => {
        throw new RangeError('no such thing');
      },
    }),
  };
  const running = work(broken, { ...ALL, first: 3, step: 1, cases: 1 }, { find: () => undefined });
  await expect(running).rejects.toThrow('case 3 of numbers, seed 5 cannot be run: RangeError: no such thing');
});

it('tells what was found, and how to see it again', () => {
  const find = { target: 'numbers', seed: 5, index: 7, what: 'seven', minimal: 'a\nb' };
  expect(describeFind(find)).toBe(
    '\nFOUND by numbers: seven\n  a\n  b\n  again: npm run fuzz -- --only numbers --seed 5 --from 7 --runs 1\n',
  );
  expect(conclude(0, 5)).toEqual({ line: 'nothing found; seed 5', code: 0 });
  expect(conclude(2, 5)).toEqual({ line: '2 found; seed 5', code: 1 });
});

it('tells how much was done, and how often each verdict came out', () => {
  const counts = new Map([
    ['rare', 3],
    ['usual', 12_000],
  ]);
  const text = describeResult({ target: finding(1), cases: 12_003, counts, finds: [], seconds: 2 });
  expect(text.split('\n')).toEqual([
    'numbers: 12,003 numbers in 2.0 s, 6,002 a second, 0 found',
    '        12,000  usual',
    '             3  rare',
  ]);
});

import { expect, it } from 'vitest';
import { readRunOptions } from './options.ts';

const TARGETS = ['tokens', 'bundles'];

it('reads what is asked for', () => {
  const args =
    '--seed 7 --runs 20 --seconds 3 --only tokens,bundles --from 5 --workers 4 --progress 60'.split(' ');
  expect(readRunOptions(args, TARGETS)).toEqual({
    seed: 7,
    runs: 20,
    seconds: 3,
    only: ['tokens', 'bundles'],
    from: 5,
    workers: 4,
    progress: 60,
  });
});

it('takes another seed every time, all targets and no limit, unless told otherwise', () => {
  const first = readRunOptions([], TARGETS);
  expect(first).toMatchObject({ runs: undefined, seconds: Number.POSITIVE_INFINITY, only: [], from: 0 });
  expect(first.workers).toBeGreaterThanOrEqual(1);
  expect(readRunOptions([], TARGETS).seed).not.toBe(first.seed);
});

it.each([
  ['--only everything', 'no target everything: there are tokens, bundles'],
  ['--seed x', '--seed is a whole number of at least 0'],
  ['--runs 0', '--runs is a whole number of at least 1'],
  ['--seconds 1.5', '--seconds is a whole number'],
  ['--verbose', "Unknown option '--verbose'"],
])('refuses %s, and says what there is', (args, message) => {
  expect(() => readRunOptions(args.split(' '), TARGETS)).toThrow(message);
  expect(() => readRunOptions(args.split(' '), TARGETS)).toThrow('npm run fuzz -- [options]');
});

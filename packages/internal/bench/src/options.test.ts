import { describe, expect, test } from 'vitest';
import { readRunOptions, USAGE } from './options.ts';

const read = (...args: string[]) => readRunOptions(args, ['verify', 'mint', 'http']);

describe('the options of a run', () => {
  test('of a plain run: everything, and the documentation is written', () => {
    expect(read()).toEqual({ quick: false, json: undefined, only: [], docs: true });
  });

  test('name a file and sections', () => {
    expect(read('--json', 'a.json', '--only', 'mint,verify')).toMatchObject({
      json: 'a.json',
      only: ['mint', 'verify'],
    });
    expect(read('--json=a.json', '--only=http,').only).toEqual(['http']);
  });

  test.each([[['--quick']], [['--only', 'mint']], [['--no-docs']], [['--quick', '--docs']]])(
    '%j leaves the documentation alone',
    (args) => {
      expect(read(...args).docs).toBe(false);
    },
  );

  test.each([
    [['--jsn', 'a'], '--jsn'],
    [['--json'], '--json'],
    [['a.json'], 'a.json'],
    [['--only', 'verify,mnt'], 'no section mnt: there are verify, mint, http'],
    [['--quick=3'], '--quick'],
  ])('%j is refused with the usage', (args, why) => {
    expect(() => read(...args)).toThrow(TypeError);
    expect(() => read(...args)).toThrow(why);
    expect(() => read(...args)).toThrow(USAGE);
  });
});

import { describe, expect, test } from 'vitest';
import { arriving, awaited, concurrent, direct } from './contenders.ts';

const INPUTS = ['a', 'b', 'c'];
const EIGHT = [...'abcabcab'];

describe('contenders', () => {
  test.each([
    ['direct', direct],
    ['awaited', awaited],
    [
      'concurrent',
      (id: string, inputs: string[], call: (input: string) => unknown) => concurrent(id, inputs, 3, call),
    ],
  ] as const)('%s: calls exactly as often as asked, through all inputs in turn', async (_, make) => {
    const seen: string[] = [];
    const contender = make('id', INPUTS, async (input: string) => void seen.push(input));
    expect(contender.id).toBe('id');
    await contender.run(8);
    expect(seen).toEqual(EIGHT);
  });

  test('awaited has one call under way at a time, concurrent as many as it has lanes', async () => {
    let under = 0;
    let most = 0;
    const call = async (): Promise<void> => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setImmediate(resolve));
      under--;
    };
    await awaited('', INPUTS, call).run(10);
    expect(most).toBe(1);
    await concurrent('', INPUTS, 4, call).run(10);
    expect(most).toBe(4);
    expect(under).toBe(0);
  });

  test.each([
    ['awaited', awaited('', INPUTS, () => Promise.reject(new Error('refused')))],
    ['concurrent', concurrent('', INPUTS, 4, () => Promise.reject(new Error('refused')))],
    [
      'direct',
      direct('', INPUTS, () => {
        throw new Error('refused');
      }),
    ],
  ])('%s: a call that fails is no measurement', async (_, contender) => {
    await expect((async () => contender.run(5))()).rejects.toThrow('refused');
  });

  test('arriving hands out a copy for each call, made before the clock runs', async () => {
    const made: (readonly string[])[] = [];
    const ran: number[] = [];
    const contender = arriving('id', INPUTS, (texts) => {
      made.push(texts);
      return (times) => void ran.push(times);
    });
    await contender.prepare?.(8);
    expect(made).toEqual([EIGHT]);
    expect(ran).toEqual([]);
    await contender.run(8);
    expect(ran).toEqual([8]);
    await contender.prepare?.(2);
    expect(made[1]).toEqual(['a', 'b']);
  });
});

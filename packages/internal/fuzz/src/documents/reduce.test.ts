import { expect, it } from 'vitest';
import { kindOf, reduceDocument, reduceText } from './reduce.ts';

it('leaves out of a text all that the problem does not need', async () => {
  const tried: string[] = [];
  const short = await reduceText('some text with a "needle" in it', async (text) => {
    tried.push(text);
    return text.includes('needle');
  });
  expect(short).toBe('needle');
  expect(tried.length).toBeLessThan(100);
});

it('leaves out of a document all that the problem does not need', async () => {
  const document = { a: [1, { b: 2, c: { d: 3 } }, 4], e: 'f', __proto__x: {} };
  const needs = async (value: unknown): Promise<boolean> => JSON.stringify(value).includes('"d":3');
  expect(await reduceDocument(document, needs)).toEqual({ a: [{ c: { d: 3 } }] });
  expect(document.a).toHaveLength(3);
});

it('ends, however much could be left out', async () => {
  const long = 'ab'.repeat(5_000);
  let tries = 0;
  await reduceText(long, async () => tries++ < 0);
  expect(tries).toBeLessThanOrEqual(400);
});

it('tells problems apart by what is wrong', () => {
  expect(kindOf('an error shows abc, a part of x')).toBe(kindOf('an error shows def, a part of y'));
  expect(kindOf('an error shows abc')).not.toBe(kindOf('another problem'));
  expect(kindOf(undefined)).toBe('');
});

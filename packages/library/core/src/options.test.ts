import { describe, expect, test } from 'vitest';
import { inRange, readClock, readOptions } from './options.ts';

describe('settings', () => {
  const names = { a: true, b: true } as const;

  test('are copied without a prototype', () => {
    const given = { a: 1 };
    const read = readOptions<{ a?: number; b?: number }>(given, names);
    expect(Object.getPrototypeOf(read)).toBeNull();
    expect({ ...read }).toEqual({ a: 1 });
    given.a = 2;
    expect(read.a).toBe(1);
  });

  test('that are unknown are refused, even undefined ones and inherited names', () => {
    for (const name of ['c', 'A', 'toString', 'constructor']) {
      expect(() => readOptions({ [name]: undefined } as never, names)).toThrow(
        new TypeError(`\`${name}\` is not an option`),
      );
    }
    expect(() => readOptions(JSON.parse('{"__proto__":{"a":1}}'), names)).toThrow(TypeError);
  });

  test.each([undefined, null, 'a', 1, true, () => ({})])('are no %s', (given) => {
    expect(() => readOptions(given as never, names)).toThrow(TypeError);
  });

  test('that are numbers lie within bounds', () => {
    expect(inRange('a', 1, 1, 2)).toBe(1);
    expect(inRange('a', 2, 1, 2)).toBe(2);
    for (const value of [0.9, 2.1, Number.NaN, Number.POSITIVE_INFINITY, '1', null, undefined]) {
      expect(() => inRange('a', value as never, 1, 2)).toThrow('`a` is a number from 1 to 2');
    }
  });

  test('may bring a clock', () => {
    const clock = (): number => 1;
    expect(readClock(clock)).toBe(clock);
    expect(readClock(undefined)).toBe(Date.now);
    expect(() => readClock(1 as never)).toThrow(TypeError);
  });
});

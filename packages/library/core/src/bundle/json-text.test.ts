import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJsonText } from './json-text.ts';

describe('readJsonText', () => {
  it.each([
    ['', 'line 1, column 1: found the end of the text; allowed: a value'],
    ['{', 'line 1, column 2: found the end of the text; allowed: a name in double quotes'],
    ['{"a": 1,}', 'line 1, column 9: found `}`; allowed: no comma before `}`'],
    ['[1,\n 2,\n]', 'line 3, column 1: found `]`; allowed: no comma before `]`'],
    ['{"a" 1}', 'line 1, column 6: found something else; allowed: `:` after the name'],
    ['{"a": 1 "b": 2}', 'line 1, column 9: found `"`; allowed: `,` or `}`'],
    ['{"a": tru}', 'line 1, column 7: found something else; allowed: a value'],
    ['{"a": 01}', 'line 1, column 7: found something else; allowed: a value'],
    ['{"a": NaN}', 'line 1, column 7: found something else; allowed: a value'],
    ['{}\n{}', 'line 2, column 1: found `{`; allowed: nothing more'],
    [
      '{"a": "x\ny"}',
      'line 1, column 7: found `"`; allowed: a string on one line, with its end and valid escapes',
    ],
    [
      '{"a": "\\x"}',
      'line 1, column 7: found `"`; allowed: a string on one line, with its end and valid escapes',
    ],
    [
      '{\n  // who\n}',
      'line 2, column 3: found `/`; allowed: a name in double quotes; JSON has no comments; remove it',
    ],
    [
      "{'a': 1}",
      "line 1, column 2: found `'`; allowed: a name in double quotes; strings and names stand in double quotes",
    ],
    [
      '\uFEFF{}',
      'line 1, column 1: found something else; allowed: a value; a byte order mark; save the text as UTF-8 without one',
    ],
    ['['.repeat(33) + ']'.repeat(33), 'line 1, column 33: found `[`; allowed: at most 32 levels'],
  ])('tells where %j is wrong, and what is allowed there', (text, mistake) => {
    expect(readJsonText(text)).toEqual({ mistakes: [mistake] });
  });

  it('tells of a repeated name, however it is escaped, and reads on', () => {
    const { value, mistakes } = readJsonText('{"a": 1,\n "\\u0061": {"b": 1, "b": 2}, "c": {"b": 1}}');
    expect(value).toBeDefined();
    expect(mistakes).toEqual([
      'line 2, column 2: found this name a second time; allowed: once; remove one',
      'line 2, column 21: found this name a second time; allowed: once; remove one',
    ]);
  });

  const repeated = (place: string) => `${place}: found this name a second time; allowed: once; remove one`;

  it('tells of 20 mistakes, and then reads no further', () => {
    const members = (count: number): string => `{${'"a": 1,\n'.repeat(count)}"b": 1}`;
    const places = Array.from({ length: 20 }, (_, index) => repeated(`line ${index + 2}, column 1`));
    const few = readJsonText(members(20));
    expect(few).toEqual({ value: { a: 1, b: 1 }, mistakes: places.slice(0, 19) });
    const many = { mistakes: [...places.slice(0, 19), `${places[19]}; what follows was not read`] };
    expect(readJsonText(members(21))).toEqual(many);
    expect(readJsonText(`${members(1000)}}`)).toEqual(many);
  });

  it.each([
    ['on lines of their own', '"a":1,\n'],
    ['on one line', '"a":1,'],
    ['one in another', '"a":{"b":1,"b":1},\n'],
  ])('reads repeated names %s without going back to the start for each', (_, member) => {
    const text = `{${member.repeat((256 * 1024) / member.length)}"b":1}`;
    const start = performance.now();
    expect(readJsonText(text).mistakes).toHaveLength(20);
    // Half a minute, where each of them takes time that grows with its place.
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  describe('a text of 15 MiB that is one', () => {
    const SIZE = 15 * 1024 * 1024;
    const notAString = 'allowed: a string on one line, with its end and valid escapes';

    it.each([
      ['string', 'x'.repeat(SIZE)],
      ['string beyond Latin-1', '\u{1f600}'.repeat(SIZE / 2)],
      ['string of escapes', '\\n'.repeat(SIZE / 2)],
    ])('%s is read', (_, inside) => {
      const { value, mistakes } = readJsonText(`{"a":"${inside}",\n"a":1}`);
      expect(value).toEqual({ a: 1 });
      expect(mistakes).toEqual([repeated('line 2, column 1')]);
    });

    it.each([
      ['string without its end', `"${'x'.repeat(SIZE)}`, `line 1, column 1: found \`"\`; ${notAString}`],
      ['string that ends in a bad escape', `"${'x'.repeat(SIZE)}\\x"`, `found \`"\`; ${notAString}`],
      [
        'number with a letter',
        `${'1'.repeat(SIZE)}x`,
        'line 1, column 1: found something else; allowed: a value',
      ],
      ['empty line', '\n'.repeat(SIZE), `line ${SIZE + 1}, column 1: found the end of the text`],
    ])('%s is refused with the place', (_, text, reason) => {
      const { value, mistakes } = readJsonText(text);
      expect(value).toBeUndefined();
      expect(mistakes).toEqual([expect.stringContaining(reason)]);
    });
  });

  it('reads what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.constantFrom(0, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        // Stricter than JSON alone: control characters of Latin-1 are escaped or left out.
        fc.pre(!/[\u007f-\u009f]/.test(text));
        expect(readJsonText(text)).toEqual({ value: JSON.parse(text), mistakes: [] });
      }),
    );
  });

  it('reads nothing that JSON.parse refuses', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '\\',
      'true',
      'nul',
      '-',
      '1',
      '0',
      '.',
      'e',
      ' ',
      '\n',
      '/',
      "'",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const { value } = readJsonText(text);
        if (value !== undefined) expect(() => JSON.parse(text)).not.toThrow();
      }),
      { numRuns: 5_000 },
    );
  });
});

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

  it('tells of every repeated name, however it is escaped, and reads on', () => {
    const { value, mistakes } = readJsonText('{"a": 1,\n "\\u0061": {"b": 1, "b": 2}, "c": {"b": 1}}');
    expect(value).toBeDefined();
    expect(mistakes).toEqual([
      'line 2, column 2: found this name a second time; allowed: once; remove one',
      'line 2, column 21: found this name a second time; allowed: once; remove one',
    ]);
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

import { LIMITS } from '@workload-identity/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHeaderJson } from './header-json.ts';
import { parseStrictJson } from './strict-json.ts';

function read(text: string): unknown {
  try {
    return parseHeaderJson(text);
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('the JSON of a header', () => {
  it.each([
    ['every value that fits', `[${Array(31).fill(0).join()}]`, Array(31).fill(0)],
    ['one value more', `[${Array(33).fill(0).join()}]`, 'token_too_large'],
    ['every escape that fits', `"${'\\n'.repeat(256)}"`, '\n'.repeat(256)],
    ['one escape more', `"${'\\n'.repeat(257)}"`, 'token_too_large'],
    ['escapes in several strings', `["${'\\n'.repeat(128)}","${'\\n'.repeat(129)}"]`, 'token_too_large'],
    ['all the space that fits', `${' '.repeat(510)}[]`, []],
    ['one space more', `${' '.repeat(511)}[]`, 'token_too_large'],
    ['a long number', `1${'0'.repeat(512)}`, 'token_too_large'],
    ['an escaped quote', '{"a":"\\""}', { a: '"' }],
    ['an escaped backslash before the end', '{"a":"\\\\"}', { a: '\\' }],
    ['a string without an end', '{"a":"\\"}', 'token_malformed'],
    ['an escape in a name', '{"\\u0061":1}', 'token_malformed'],
    ['an escape in a name, and space before its colon', '{"\\u0061" \n:1}', 'token_malformed'],
    ['an escape in a name inside', '{"a":{"\\u0061":1}}', 'token_malformed'],
    ['an escape in a value after which a name comes', '{"a":"\\u0061","b":1}', { a: 'a', b: 1 }],
    ['a name twice', '{"a":1,"a":1}', 'token_malformed'],
    ['half a surrogate pair', '{"a":"\\ud800"}', 'token_malformed'],
    ['half a surrogate pair, inside', '{"a":["\\udc00"]}', 'token_malformed'],
    ['nesting that fits', '[[[[[[[[]]]]]]]]', [[[[[[[[]]]]]]]]],
    ['deeper nesting', '[[[[[[[[[]]]]]]]]]', 'token_malformed'],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('is read as strict JSON is, or is too large, or has an escape in a name', () => {
    const escaped = (text: string): string =>
      text.replace(/[a-z/]/g, (letter, at: number) =>
        at % 3 === 0 ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}` : letter,
      );
    const json = fc.oneof(
      fc.json({ maxDepth: 4 }),
      fc.json().map(escaped),
      fc.json({ maxDepth: 10, noUnicodeString: false }),
      fc.string({ unit: fc.constantFrom(...'{}[]:,"\\ a0\\u\\n'), maxLength: 24 }),
      fc.tuple(fc.json(), fc.json()).map(([one, other]) => `{"a":${one},"a":${other}}`),
    );
    const seen = { read: 0, malformed: 0, refused: 0 };
    fc.assert(
      fc.property(json, (text) => {
        const strict = parseStrictJson(text);
        const here = read(text);
        if (strict === undefined) {
          seen.malformed++;
          expect(['token_malformed', 'token_too_large']).toContain(here);
        } else if (here === 'token_malformed' || here === 'token_too_large') {
          seen.refused++;
          const commas = text.replace(/"(?:[^"\\]|\\.)*"/g, '').match(/[,{[]/g)?.length ?? 0;
          // Every string in turn, so that none begins inside of another.
          const strings = text.match(/"(?:[^"\\]|\\.)*"(?:\s*:)?/g) ?? [];
          const names = strings.some((one) => one.endsWith(':') && one.includes('\\'));
          const escapes = text.match(/\\./g)?.length ?? 0;
          expect(commas > LIMITS.headerValues || names || escapes > LIMITS.headerEscapes).toBe(true);
        } else {
          seen.read++;
          expect(here).toEqual(strict);
        }
      }),
      { numRuns: 5_000 },
    );
    expect(Math.min(seen.read, seen.malformed)).toBeGreaterThan(300);
  });
});

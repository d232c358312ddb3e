import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSegment, toBase64url } from './base64url.ts';
import { parseStrictJson } from './strict-json.ts';

/** As a token brings them. */
const parseBytes = (bytes: Uint8Array) => parseStrictJson(decodeSegment(toBase64url(bytes)) ?? '');

const DEEP = 64;

/** A JSON text, what it means, and whether a member stands in it twice. */
interface Written {
  readonly text: string;
  readonly value: unknown;
  readonly repeated: boolean;
}

/** Writes an object member by member, with letters of its names escaped at will. */
function object(members: readonly (readonly [string, Written])[], escapes: readonly boolean[]): Written {
  const spell = (unit: string, at: number): string =>
    escapes[at % escapes.length] === true
      ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
      : JSON.stringify(unit).slice(1, -1);
  const spelled = members.map(([name, { text }]) => `"${name.split('').map(spell).join('')}" :\t${text}`);
  const names = new Set(members.map(([name]) => name));
  return {
    text: `{${spelled.join(' ,\n')}}`,
    value: Object.fromEntries(members.map(([name, { value }]) => [name, value])),
    repeated: names.size < members.length || members.some(([, { repeated }]) => repeated),
  };
}

const name = fc.constantFrom('a', 'b', 'ä', '"', '\\', ':', '{', '__proto__', '', 'a\\', '\n', '1');
const { document } = fc.letrec<{ document: Written }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 4 },
    fc.jsonValue({ maxDepth: 0 }).map((value) => ({ text: JSON.stringify(value), value, repeated: false })),
    fc
      .tuple(
        fc.array(fc.tuple(name, tie('document')), { maxLength: 4 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
      )
      .map(([members, escapes]) => object(members, escapes)),
    fc.array(tie('document'), { maxLength: 3 }).map((inner) => ({
      text: `[${inner.map(({ text }) => text).join()}]`,
      value: inner.map(({ value }) => value),
      repeated: inner.some(({ repeated }) => repeated),
    })),
  ),
}));

describe('strict JSON', () => {
  test('reads what was written where no member is repeated, and refuses where one is, however it is escaped', () => {
    let refused = 0;
    fc.assert(
      fc.property(document, ({ text, value, repeated }) => {
        if (repeated) refused++;
        // As text: JSON has no minus zero, and members keep their order.
        expect(JSON.stringify(parseStrictJson(text, DEEP))).toBe(
          repeated ? undefined : JSON.stringify(value),
        );
      }),
      { numRuns: 3_000 },
    );
    expect(refused).toBeGreaterThan(200);
  });

  test('reads any value back', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const read = parseStrictJson(JSON.stringify(value, undefined, indent), DEEP);
        expect(JSON.stringify(read)).toBe(JSON.stringify(value));
      }),
    );
  });

  test('reads an escaped name as itself, whatever was parsed in this process before', () => {
    for (let round = 0; round < 100; round++) {
      JSON.parse('{"h":[],"\\\\":0}');
      JSON.parse('{"sub":1,"\\\\":0}');
      expect(parseStrictJson('{"h":1,"\\"":2}')).toEqual({ h: 1, '"': 2 });
      expect(parseStrictJson('{"h":1,"\\u0073ub":2}')).toEqual({ h: 1, sub: 2 });
      expect(parseStrictJson('{"sub":1,"\\u0073ub":2}')).toBeUndefined();
      expect(parseStrictJson('{"sub":1,"\\u0063nf":{}}')).toEqual({ sub: 1, cnf: {} });
    }
  });

  test('refuses whatever JSON.parse refuses', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]":,\\ua1 \n'), maxLength: 12 }), (text) => {
        let fits = true;
        try {
          JSON.parse(text);
        } catch {
          fits = false;
        }
        if (!fits) expect(parseStrictJson(text, DEEP)).toBeUndefined();
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ['{"a":1,"a":1}'],
    ['{"a":1,"\\u0061":1}'],
    ['{"\\u0061":1,"\\u0061":1}'],
    ['[{"a":{"b":[{"c":1,"c":2}]}}]'],
    ['{"":1,"":2}'],
    ['{"__proto__":1,"__proto__":2}'],
    ['{"__proto__":1,"\\u005f_proto__":2}'],
    ['{"1":1,"1":2}'],
    ['{"a":{"a":1},"a":{"a":1}}'],
    ['{"\\"":1,"\\u0022":2}'],
    ['{"a":1,"a":{"b":2}}'],
    ['{"a":{"b":2},"a":1}'],
  ])('refuses %s', (text) => {
    expect(parseStrictJson(text)).toBeUndefined();
  });

  test('counts depth from the outermost value', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseStrictJson(nested(8))).toBeDefined();
    expect(parseStrictJson(nested(9))).toBeUndefined();
    expect(parseStrictJson(nested(3), 3)).toBeDefined();
    expect(parseStrictJson(nested(4), 3)).toBeUndefined();
    expect(parseStrictJson('[[],[],[[]]]', 3)).toBeDefined();
    expect(parseStrictJson('"[[[[[[[[[["')).toBe('[[[[[[[[[[');
    // The same with an escape in it, which is read another way.
    const escaped = (depth: number): string => `${'['.repeat(depth)}"\\n"${']'.repeat(depth)}`;
    expect(parseStrictJson(escaped(8))).toBeDefined();
    expect(parseStrictJson(escaped(9))).toBeUndefined();
    expect(parseStrictJson('{"\\n":{"a":[]}}', 3)).toBeDefined();
    expect(parseStrictJson('{"\\n":{"a":[[]]}}', 3)).toBeUndefined();
    expect(parseStrictJson(escaped(100_000))).toBeUndefined();
  });

  test('refuses lone surrogates, wherever they hide', () => {
    for (const text of [
      '"\\ud800"',
      '["\\udfff"]',
      '{"\\ud83d":1}',
      '{"a":{"b":["\\ud83dx"]}}',
      '"\\ude00\\ud83d"',
    ]) {
      expect(parseStrictJson(text)).toBeUndefined();
    }
    expect(parseStrictJson('"\\ud83d\\ude00"')).toBe('😀');
    expect(parseStrictJson('"\\\\ud800"')).toBe('\\ud800');
  });

  test('refuses bytes that are not UTF-8, and a byte order mark', () => {
    for (const bytes of [
      [0xff],
      [0x22, 0xc0, 0x80, 0x22],
      [0xef, 0xbb, 0xbf, 0x31],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [],
    ]) {
      expect(parseBytes(Uint8Array.from(bytes))).toBeUndefined();
    }
    expect(parseBytes(Buffer.from('{"ä":"😀"}'))).toEqual({ ä: '😀' });
  });

  test('takes time in proportion to its text, whatever the text', () => {
    const size = 100 * 1024;
    const texts = (length: number): string[] => [
      `"${'\\'.repeat(length)}"`,
      `"${'\\"'.repeat(length / 2)}"`,
      '"'.repeat(length),
      '\\"'.repeat(length / 2),
      `"${'\\\\"'.repeat(length / 3)}`,
      `[${'"",'.repeat(length / 3)}""]`,
      `{${'"a":1,'.repeat(length / 6)}"a":1}`,
      '{"a":'.repeat(length / 5),
      ':'.repeat(length),
      `"${'\\u0061'.repeat(length / 6)}"`,
    ];
    const time = (text: string): number => {
      let best = Number.POSITIVE_INFINITY;
      for (let run = 0; run < 7; run++) {
        const start = performance.now();
        parseStrictJson(text, DEEP);
        best = Math.min(best, performance.now() - start);
      }
      return best;
    };
    for (const [at, text] of texts(size).entries()) {
      const [long, short] = [time(text), time(texts(size / 8)[at] as string)];
      // Eight times the text: far less than the 64 times of a quadratic reading.
      expect([at, long < 24 * short + 1]).toEqual([at, true]);
      expect(long).toBeLessThan(50);
    }
  });
});

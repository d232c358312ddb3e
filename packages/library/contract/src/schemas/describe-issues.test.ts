import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { closedObject, describeIssues } from '../schemas.ts';
import { secretReferenceSchema } from './secret-reference.ts';

function lines(schema: z.ZodType, input: unknown): readonly string[] {
  const { error } = schema.safeParse(input);
  return error === undefined ? [] : describeIssues(error, input);
}

const one = (schema: z.ZodType, input: unknown) => {
  const found = lines(schema, input);
  expect(found).toHaveLength(1);
  return found[0];
};

describe('describeIssues', () => {
  it('says where, what was found, what is allowed and what to do', () => {
    const schema = z.object({ a: z.array(z.object({ b: z.string() })) });
    expect(one(schema, { a: [{ b: 'x' }, { b: 5 }] })).toBe('a[1].b: found 5; allowed: a string; change it');
    expect(one(schema, { a: [{}] })).toBe('a[0].b: found nothing; allowed: a string; add it');
    expect(one(schema, { a: {} })).toBe('a: found an object; allowed: an array; change it');
    expect(one(schema, [])).toBe('the document: found an array of 0 items; allowed: an object; change it');
  });

  it('knows every kind of limit', () => {
    expect(one(z.object({ count: z.int().min(1) }), { count: 0 })).toBe(
      'count: found 0; allowed: at least 1; change it',
    );
    expect(one(z.object({ count: z.int() }), { count: 1.5 })).toContain(
      'count: found 1.5; allowed: a whole number',
    );
    expect(one(z.object({ count: z.number().max(5) }), { count: 6 })).toContain(
      'allowed: at most 5; change it',
    );
    expect(one(z.object({ count: z.number().multipleOf(5) }), { count: 6 })).toContain(
      'allowed: multiples of 5',
    );
    expect(one(z.object({ s: z.string().max(1) }), { s: 'ab' })).toBe(
      's: found "ab"; allowed: at most 1 character; shorten it',
    );
    expect(one(z.object({ l: z.array(z.int()).min(2) }), { l: [1] })).toContain(
      'an array of 1 item; allowed: at least 2 items',
    );
    expect(one(z.object({ s: z.string().regex(/^a$/) }), { s: 'b' })).toBe(
      's: found "b"; allowed: text like /^a$/; change it',
    );
  });

  it('lists the values that are allowed, and the one that was meant', () => {
    const schema = z.object({ mode: z.enum(['strict', 'lenient']) });
    expect(one(schema, { mode: 'Strikt' })).toBe(
      'mode: found "Strikt"; allowed: "strict", "lenient"; write "strict" instead',
    );
    expect(one(schema, { mode: 'fast' })).toBe('mode: found "fast"; allowed: "strict", "lenient"; change it');
    expect(one(z.object({ v: z.literal(1) }), { v: 2 })).toBe('v: found 2; allowed: 1; change it');
  });

  it('takes the mend from the schema', () => {
    const schema = z.object({
      port: z.int('write the number alone'),
      name: z.string().regex(/^a$/, 'write an a'),
    });
    expect(lines(schema, { port: '80', name: 'b' })).toEqual([
      'port: found "80"; allowed: a number; write the number alone',
      'name: found "b"; write an a',
    ]);
    const said = z.object({ a: z.string('allowed: two words; write two') });
    expect(one(said, { a: 1 })).toBe('a: found 1; allowed: two words; write two');
    expect(one(z.object({ a: z.string().refine(() => false, 'write it well') }), { a: 'x' })).toBe(
      'a: found "x"; write it well',
    );
  });

  it('names unknown keys, and what was meant by them', () => {
    const schema = closedObject({
      leeway: z.int().optional(),
      audience: z.string().optional(),
      old: z.never().exactOptional(),
    });
    expect(one(schema, { leevay: 1 })).toBe(
      'the document: found the unknown key `leevay`; allowed: `leeway`, `audience`; write `leeway` instead',
    );
    expect(one(schema, { AUDIENCE: 'x', zzz: 1 })).toBe(
      'the document: found the unknown keys `AUDIENCE`, `zzz`; allowed: `leeway`, `audience`; write `audience` instead, remove what is not allowed',
    );
    expect(one(schema, { old: 1 })).toBe('old: found 1; allowed: nothing; remove it');
    expect(one(z.strictObject({ a: z.int().optional() }), { b: 1 })).toContain(
      'found the unknown key `b`; remove it',
    );
  });

  it('follows a union into the branch that was meant', () => {
    const schema = z.object({ from: secretReferenceSchema });
    expect(one(schema, { from: { env: 'A B' } })).toMatch(
      /^from.env: found a string of 3 characters; write the name of an environment/,
    );
    expect(one(schema, { from: { fille: '/a' } })).toMatch(/^from: found an object; allowed: \{"env"/);
    expect(one(schema, { from: { env: 'A', file: '/a' } })).toMatch(
      /^from: found an object; allowed: \{"env"/,
    );
    const plain = z.object({ a: z.union([z.string(), z.int()]) });
    expect(one(plain, { a: true })).toBe('a: found true; change it');
  });

  it('names the values of a discriminator', () => {
    const schema = z.object({
      by: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('file') }),
        z.object({ kind: z.literal('inline') }),
      ]),
    });
    expect(one(schema, { by: { kind: 'flie' } })).toBe(
      'by.kind: found "flie"; allowed: "file", "inline"; write "file" instead',
    );
    expect(one(schema, { by: {} })).toBe('by.kind: found nothing; allowed: "file", "inline"; add it');
  });

  it('reads the input by its own members alone', () => {
    expect(one(z.object({ constructor: z.string() }), {})).toContain('constructor: found nothing');
  });
});

describe('what describeIssues shows', () => {
  const number = z.int();
  const shown = (path: readonly string[], value: unknown) => {
    const schema = path.reduceRight<z.ZodType>((inner, name) => z.object({ [name]: inner }), number);
    const input = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
    return one(schema, input) ?? '';
  };

  it.each([
    ['secret'],
    ['secretKey'],
    ['clientSecret'],
    ['sign', 'secret', 'env'],
    ['password'],
    ['passphrase'],
    ['pin'],
    ['userPin'],
    ['privateKey'],
    ['private_key', 'pem'],
    ['credentials', 'a'],
    ['token'],
    ['key'],
    ['keys'],
    ['sign', 'key'],
    ['d'],
    ['k'],
    ['jwk', 'p'],
    ['anchors'],
    ['pem'],
  ])('is no value at %s %s %s', (...path) => {
    const line = shown(
      path.filter((name) => typeof name === 'string'),
      'hunter2',
    );
    expect(line).toContain('found a string of 7 characters');
    expect(line).not.toContain('hunter2');
  });

  it.each([
    '-----BEGIN PRIVATE KEY-----\nAA',
    'dGhpcyBpcyBhIHNlY3JldCBrZXk',
    '0123456789abcdef0123456789abcdef',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl',
  ])('is no value that looks like a key or a token', (value) => {
    expect(shown(['anything'], value)).toContain(`found a string of ${value.length} characters`);
  });

  it.each([
    [null, 'found null'],
    [{}, 'found an object'],
    [[], 'found an array of 0 items'],
    [true, 'found a boolean'],
    [1.5, 'found a number'],
  ])('is what kind of thing stands where a secret could: %j', (value, says) => {
    expect(shown(['secret'], value)).toContain(`${says};`);
  });

  it('is null by its name, found or allowed', () => {
    expect(shown(['a'], null)).toContain('found null; allowed: a number');
    expect(one(z.object({ a: z.null() }), { a: {} })).toContain('found an object; allowed: null');
    expect(one(z.object({ a: z.undefined() }), { a: 1 })).toContain('found 1; allowed: nothing');
  });

  it('is an ordinary value, short and escaped', () => {
    expect(shown(['leeway'], 'ten')).toContain('found "ten"');
    expect(shown(['subject'], 'spiffe://prod.example.com/a-rather-long-name-of-a-service')).toContain(
      'a-rather-long',
    );
    expect(shown(['a'], 'line\nbreak \u001b[31m \u202e')).toContain(
      'found "line\\nbreak \\u001b[31m \\u202e"',
    );
    const long = /found (".*?");/.exec(shown(['a'], 'word '.repeat(40)))?.[1] ?? '';
    expect(long.length).toBeLessThan(70);
    expect(shown(['a'], 10n ** 200n)).not.toContain('0'.repeat(61));
  });

  it('is no document that is a string', () => {
    expect(one(z.object({}), 'hunter2')).toContain('the document: found a string of 7 characters');
  });

  it('is no key that could be a secret, and no path that could break a line', () => {
    const schema = closedObject({ a: z.int().optional() });
    expect(one(schema, { dGhpcyBpcyBhIHNlY3JldCBrZXk: 1 })).toContain('the unknown key of 27 characters');
    expect(one(schema, { 'a\nb': 1 })).toContain('the unknown key of 3 characters');
    expect(one(z.record(z.string(), z.int()), { 'a\nb "c"': 'x' })).toContain('["a\\nb \\"c\\""]: found "x"');
  });
});

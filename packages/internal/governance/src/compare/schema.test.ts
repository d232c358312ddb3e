import { describe, expect, it } from 'vitest';
import { TOKENS } from './difference.ts';
import type { JsonObject } from './document.ts';
import { compareSchemas } from './schema.ts';

const BEFORE: JsonObject = {
  type: 'object',
  title: 'Claims',
  properties: {
    sub: { type: 'string', maxLength: 10, pattern: '^a' },
    roles: { type: 'array', items: { type: 'string', enum: ['a', 'b'] }, minItems: 1 },
    crit: { not: {} },
    att: { type: 'object', properties: { method: { type: 'string' } }, required: ['method'] },
    closed: { type: 'object', properties: {}, additionalProperties: false },
    cnf: {
      anyOf: [
        { type: 'object', properties: { jkt: {} } },
        { type: 'object', properties: { jwk: {} } },
      ],
    },
  },
  required: ['sub'],
};

type Members = Record<string, JsonObject>;

/** The schema with one member replaced, by its name; `undefined` takes it out. */
function withMember(name: string, schema: JsonObject | undefined): JsonObject {
  const { [name]: _, ...rest } = BEFORE.properties as Members;
  return { ...BEFORE, properties: schema === undefined ? rest : { ...rest, [name]: schema } };
}

function changed(name: string, changes: JsonObject): JsonObject {
  const members = BEFORE.properties as Members;
  return withMember(name, { ...members[name], ...changes });
}

/** Forward and backward: who is named by the difference. */
type Direction = 'forward' | 'backward' | 'both';

const CHANGES: readonly (readonly [what: string, after: JsonObject, who: Direction])[] = [
  ['claim `roles` was removed', withMember('roles', undefined), 'both'],
  ['claim `sub` was narrowed: `maxLength` from 10 to 9', changed('sub', { maxLength: 9 }), 'forward'],
  ['claim `sub` was widened: `maxLength` from 10 to 11', changed('sub', { maxLength: 11 }), 'backward'],
  ['claim `sub` changed: `pattern` from "^a" to "^b"', changed('sub', { pattern: '^b' }), 'both'],
  ['claim `sub` was narrowed: `minLength` from absent to 1', changed('sub', { minLength: 1 }), 'forward'],
  ['claim `sub` changed: `type` from "string" to "integer"', changed('sub', { type: 'integer' }), 'both'],
  [
    'claim `sub` was widened: `type` from "string" to ["string","null"]',
    changed('sub', { type: ['string', 'null'] }),
    'backward',
  ],
  ['claim `sub` changed: `format` from absent to "uri"', changed('sub', { format: 'uri' }), 'both'],
  ['claim `roles` was widened: `minItems` from 1 to 0', changed('roles', { minItems: 0 }), 'backward'],
  [
    'claim `roles[]` was narrowed: `enum` from ["a","b"] to ["a"]',
    changed('roles', { items: { type: 'string', enum: ['a'] } }),
    'forward',
  ],
  [
    'claim `roles[]` was widened: `enum` from ["a","b"] to ["a","b","c"]',
    changed('roles', { items: { type: 'string', enum: ['a', 'b', 'c'] } }),
    'backward',
  ],
  ['claim `crit` is no longer refused', withMember('crit', undefined), 'backward'],
  ['claim `zip` is refused now', withMember('zip', { not: {} }), 'forward'],
  ['claim `att.method` became optional', changed('att', { required: [] }), 'backward'],
  [
    'claim `att` was narrowed: `additionalProperties` from absent to false',
    changed('att', { additionalProperties: false }),
    'forward',
  ],
  ['claim `closed.x` was added to a closed object', changed('closed', { properties: { x: {} } }), 'backward'],
  [
    'claim `cnf` has fewer forms',
    changed('cnf', { anyOf: [{ type: 'object', properties: { jkt: {} } }] }),
    'forward',
  ],
  [
    'claim `cnf` has more forms',
    changed('cnf', {
      anyOf: [{ type: 'object', properties: { jkt: {} } }, { type: 'object', properties: { jwk: {} } }, {}],
    }),
    'backward',
  ],
  [
    'claim `cnf.jkt` was removed',
    changed('cnf', {
      anyOf: [
        { type: 'object', properties: {} },
        { type: 'object', properties: { jwk: {} } },
      ],
    }),
    'both',
  ],
  [
    'the object of claims was widened: `type` from "object" to ["object","array"]',
    { ...BEFORE, type: ['object', 'array'] },
    'backward',
  ],
  [
    'claim `env` was added and is required',
    { ...withMember('env', { type: 'string' }), required: ['sub', 'env'] },
    'forward',
  ],
  ['claim `att` became required', { ...BEFORE, required: ['sub', 'att'] }, 'forward'],
];

const NAMED: Readonly<Record<Direction, readonly string[]>> = {
  forward: [TOKENS.forward],
  backward: [TOKENS.backward],
  both: [TOKENS.forward, TOKENS.backward],
};

describe('a schema', () => {
  it.each(CHANGES)('%s', (what, after, who) => {
    const found = compareSchemas('claim', BEFORE, after, TOKENS);
    expect(found.map((one) => one.what)).toEqual([what]);
    expect(found[0]?.additive).toBeUndefined();
    expect(found[0]?.breaks.map((line) => line.split(':')[0])).toEqual(NAMED[who]);
  });

  it.each([
    ['a claim', withMember('env', { type: 'string', pattern: '^[a-z]+$' }), 'claim `env` was added'],
    [
      'a member of a claim',
      changed('att', { properties: { method: { type: 'string' }, evidence: { type: 'string' } } }),
      'claim `att.evidence` was added',
    ],
  ])('may get %s that is optional', (_, after, what) => {
    expect(compareSchemas('claim', BEFORE, after, TOKENS)).toMatchObject([
      { what, additive: expect.stringMatching(/optional/), breaks: [] },
    ]);
  });

  it('may say the same in other words', () => {
    const { properties, ...rest } = changed('sub', { description: 'Who', pattern: '^a', title: 'Subject' });
    const shuffled = Object.fromEntries(Object.entries(properties as Members).reverse());
    expect(
      compareSchemas('claim', BEFORE, { properties: shuffled, ...rest, title: 'Other' }, TOKENS),
    ).toEqual([]);
    const required: JsonObject = { ...BEFORE, required: ['sub', 'att'] };
    expect(compareSchemas('claim', required, { ...BEFORE, required: ['att', 'sub'] }, TOKENS)).toEqual([]);
  });
});

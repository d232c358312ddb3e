import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REFUSED_HEADERS } from './header.ts';
import { ALGORITHMS, algorithmOf, CONTRACT, ERROR_CODES, LIMITS } from './index.ts';
import { REFUSED_METHODS } from './read-confirmation.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const text = read('../../../../docs/contract/v1.md');
const section = (number: string): string => {
  const [, body = ''] = text.split(new RegExp(`^##+ ${number.replace('.', '\\.')}[. ].*$`, 'm'));
  return body.split(/^## /m)[0]?.split(/^### /m)[0] ?? '';
};

/** The first two cells of every row of a section's tables. */
const rows = (number: string): readonly (readonly [string, string])[] =>
  section(number)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [, first = '', second = ''] = line.split('|').map((cell) => cell.trim());
      return [first, second];
    });
const named = (cell: string): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

/** How the text says each limit: with a comma in thousands, or plain. */
const PHRASES: Readonly<Record<keyof typeof LIMITS, (comma: string, plain: number) => string>> = {
  tokenBytes: (limit) => `together at most ${limit} bytes`,
  headerBytes: (limit) => `The decoded header is at most ${limit} bytes`,
  headerValues: (limit) => `at most ${limit} commas and opening brackets`,
  headerOutsideStrings: (limit) => `at most ${limit} characters outside of its strings`,
  headerEscapes: (limit) => `at most ${limit} escapes`,
  jsonDepth: (limit) => `nest at most ${limit} deep`,
  audiences: (limit) => `audience, or array of 1 to ${limit}`,
  audienceBytes: (_, limit) => `audience = 1*${limit}VCHAR`,
  identifierBytes: (_, limit) => `1*( "/" segment ) ; at most ${limit} bytes`,
  roles: (limit) => `array of 0 to ${limit} roles`,
  actorDepth: (limit) => `at most ${limit} deep. Only the outermost`,
  extensionBytes: (limit) => `**\`ext\`** is at most ${limit} bytes`,
  lifetimeSeconds: (_, limit) => `\`exp - iat\` is at most ${limit}`,
  maxLeewaySeconds: (limit) => `a leeway (0 to ${limit}`,
  chainLength: (limit) => `1 to ${limit} certificates`,
  certificateBytes: (limit) => `each at most ${limit} bytes, leaf first`,
  secretBytes: (limit) => `base64url of ${limit} to`,
};

describe('docs/contract/v1.md says what the code does:', () => {
  it('every claim, and whether it is required', () => {
    const { properties, required } = JSON.parse(read('../schemas/claims.schema.json')) as {
      properties: object;
      required: readonly string[];
    };
    const told = rows('2.4').filter(([, need]) => ['required', 'optional'].includes(need));
    expect(told.map(([claim]) => named(claim)[0])).toEqual(Object.keys(properties));
    expect(told.filter(([, need]) => need === 'required').map(([claim]) => named(claim)[0])).toEqual(
      required,
    );
  });

  it('every algorithm, and no other', () => {
    const told = rows('2.2').flatMap(([names]) => (names === '`alg`' ? [] : named(names)));
    expect(told).toEqual(Object.keys(ALGORITHMS));
    expect(section('2.2')).toContain('`EdDSA`');
    expect(algorithmOf('EdDSA')).toBe('Ed25519');
  });

  it('every refused member of the header and of cnf', () => {
    const sentence = /A header with (.*?) MUST be refused/s.exec(section('2.1'))?.[1] ?? '';
    expect(named(sentence)).toEqual(REFUSED_HEADERS);
    const methods = /a `cnf` with ([^:]*):/.exec(section('2.4'))?.[1] ?? '';
    expect(named(methods)).toEqual(REFUSED_METHODS);
  });

  it('every code that a token can cause, and none that does not exist', () => {
    const told = new Set(
      named(section('4')).filter((name) => name.includes('_') || Object.hasOwn(ERROR_CODES, name)),
    );
    const http = ['credential_missing', 'credential_ambiguous'];
    const expected = Object.entries(ERROR_CODES)
      .filter(([code, { category }]) => ['credential', 'trust'].includes(category) && !http.includes(code))
      .map(([code]) => code);
    expect([...told].sort()).toEqual(expected.sort());
  });

  it('every public code', () => {
    const told = rows('5').flatMap(([code]) => named(code));
    const all = new Set<string>(Object.values(ERROR_CODES).map(({ publicCode }) => publicCode));
    expect([...told].sort()).toEqual([...all].sort());
  });

  it.each(Object.entries(LIMITS))('the limit %s, %d', (name, limit) => {
    const phrase = PHRASES[name as keyof typeof LIMITS](limit.toLocaleString('en'), limit);
    expect(text.replace(/\s+/g, ' ')).toContain(phrase);
  });

  it.each([
    CONTRACT.type,
    CONTRACT.keyIdLabel,
    CONTRACT.audienceKeyLabel,
    CONTRACT.selfExtendedKeyUsage,
    'wid+jwt',
  ])('the constant %s', (constant) => {
    expect(text).toContain(constant);
  });
});

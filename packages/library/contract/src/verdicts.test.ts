import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyJson, anything, claims, header, id, mutated } from '../test/arbitraries.ts';
import {
  isWorkloadIdentityError,
  parseSubjectPattern,
  parseTrustDomain,
  parseWorkloadId,
  readClaims,
  readHeader,
} from './index.ts';
import {
  claimsSchema,
  headerSchema,
  parseTrustBundle,
  subjectPatternSchema,
  workloadIdSchema,
} from './schemas.ts';

const RUNS = 3_000;

/** Whether a reader accepts a value. Any error but the one of this project fails the test. */
function accepts(read: (value: never) => unknown, value: unknown): boolean {
  try {
    read(value as never);
    return true;
  } catch (error) {
    if (isWorkloadIdentityError(error)) return false;
    throw error;
  }
}

const jsonSchema = (name: string) =>
  new Ajv2020({ strict: false }).compile(
    JSON.parse(readFileSync(new URL(`../schemas/${name}.schema.json`, import.meta.url), 'utf8')) as object,
  );

describe('value types and schemas give one verdict', () => {
  const claimsJson = jsonSchema('claims');
  const headerJson = jsonSchema('header');

  it('on claims', () => {
    const seen = { yes: 0, no: 0 };
    fc.assert(
      fc.property(fc.oneof(claims, mutated(claims), anyJson), (value) => {
        const verdict = accepts(readClaims, value);
        seen[verdict ? 'yes' : 'no']++;
        expect(claimsSchema.safeParse(value).success).toBe(verdict);
        if (verdict) expect(claimsJson(value)).toBe(true);
      }),
      { numRuns: RUNS },
    );
    expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(RUNS / 10);
  });

  it('on headers', () => {
    const seen = { yes: 0, no: 0 };
    fc.assert(
      fc.property(fc.oneof(header, mutated(header), anyJson), (value) => {
        const verdict = accepts(readHeader, value);
        seen[verdict ? 'yes' : 'no']++;
        expect(headerSchema.safeParse(value).success).toBe(verdict);
        expect(headerJson(value)).toBe(verdict);
      }),
      { numRuns: RUNS },
    );
    expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(RUNS / 10);
  });

  it('on identifiers and patterns', () => {
    const part = fc.constantFrom(
      'spiffe://',
      'a',
      'A',
      '/',
      '/*',
      '.',
      '..',
      '-',
      '_',
      '%',
      ':',
      '*',
      'é',
      '\n',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          id,
          fc.array(part, { maxLength: 8 }).map((parts) => `spiffe://${parts.join('')}`),
        ),
        (text) => {
          expect(workloadIdSchema.safeParse(text).success).toBe(accepts(parseWorkloadId, text));
          const pattern = accepts(parseSubjectPattern, text);
          expect(subjectPatternSchema.safeParse(text).success).toBe(pattern);
          // A pattern is an identifier, or one more segment in place of the star makes it one.
          expect(accepts(parseWorkloadId, text.replace(/\/\*$/, '/x'))).toBe(pattern);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('no reader throws anything but the error of this project', () => {
  const readers = {
    readClaims,
    readHeader,
    parseTrustBundle,
    parseWorkloadId,
    parseTrustDomain,
    parseSubjectPattern,
  };

  it.each(Object.entries(readers))('%s', (_, read) => {
    fc.assert(
      fc.property(fc.oneof(anything, mutated(claims), mutated(header)), (value) => {
        accepts(read as (value: never) => unknown, value);
      }),
      { numRuns: 1_000 },
    );
  });

  it('readClaims, with anything in the place of a claim', () => {
    fc.assert(
      fc.property(
        claims,
        fc.constantFrom('aud', 'cnf', 'act', 'att', 'ext', 'roles', 'ver', 'iat'),
        anything,
        (all, name, value) => {
          accepts(readClaims, { ...all, [name]: value });
          accepts(readClaims, { ...all, ext: { value } });
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('what is read', () => {
  it('attack 49: survives any number of round trips', () => {
    fc.assert(
      fc.property(claims, (all) => {
        fc.pre(accepts(readClaims, all));
        const text = JSON.stringify(readClaims(all));
        expect(JSON.stringify(readClaims(JSON.parse(text)))).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });
});

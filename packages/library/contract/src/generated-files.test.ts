import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { claimsTables } from '../scripts/claims-tables.ts';
import { errorCodesTable } from '../scripts/error-codes-table.ts';
import { jsonSchemas } from '../scripts/json-schemas.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it.each([...jsonSchemas()])(
  'schemas/%s is up to date: run the script `generate` of this package',
  (name, text) => {
    expect(read(`../schemas/${name}`)).toBe(text);
  },
);

it('docs/contract/error-codes.md is up to date: run the script `generate` of this package', () => {
  expect(read('../../../../docs/contract/error-codes.md')).toBe(errorCodesTable());
});

it.each([...claimsTables()])(
  'the claims in %s are up to date: run the script `generate` of this package',
  (file, text) => {
    expect(readFileSync(file, 'utf8')).toBe(text);
  },
);

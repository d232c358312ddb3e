import { expect, it } from 'vitest';
import { type Files, releaseRefusals } from './ready.ts';
import type { Release } from './release.ts';

const release = (published: boolean): Release => ({
  version: '0.2.0',
  published,
  folder: '',
  tarballs: {},
  contract: {} as Release['contract'],
});
const files = (...entries: readonly [string, string][]): Record<string, Files> => ({
  core: new Map(entries),
});
const kept = files(['package.json', '{}'], ['dist/index.js', 'one']);

it('lets a release through that is what was kept', () => {
  expect(releaseRefusals('0.2.0', release(true), kept, kept)).toEqual([]);
});

it('refuses a version of which nothing is kept, and a draft', () => {
  expect(releaseRefusals('0.2.0', undefined, {}, kept)).toEqual([
    'nothing is kept of 0.2.0: bump the version with `npm run release:version`',
  ]);
  expect(releaseRefusals('0.2.0', release(false), kept, kept)).toEqual([
    expect.stringContaining('what is kept of 0.2.0 is a draft'),
  ]);
});

it.each([
  ['was changed', files(['package.json', '{}'], ['dist/index.js', 'two'])],
  ['is gone', files(['package.json', '{}'])],
])('refuses packages of which a file %s since', (_, packed) => {
  const named = ['core: dist/index.js is not what was kept'];
  expect(releaseRefusals('0.2.0', release(true), kept, packed)).toEqual(named);
  expect(releaseRefusals('0.2.0', release(true), packed, kept)).toEqual(named);
});

it('refuses a package that is not kept at all', () => {
  expect(releaseRefusals('0.2.0', release(true), {}, kept)).toHaveLength(2);
});

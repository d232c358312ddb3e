import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadedModules } from '../../../internal/tools/src/loaded-modules.ts';

const folder = join(import.meta.dirname, '..');
const jose = (urls: readonly string[]): readonly string[] => urls.filter((url) => /\/jose[/@]/.test(url));

test.each(['', '/http'])('on Node, core%s does not load jose: its engine is node:crypto', (entry) => {
  const urls = loadedModules(`@workload-identity/core${entry}`, folder);
  expect(urls).toContainEqual(expect.stringContaining('/packages/library/core/src/'));
  expect(jose(urls)).toEqual([]);
});

test('it would see jose', () => {
  expect(jose(loadedModules('./src/engine/web.ts', folder))).not.toEqual([]);
});

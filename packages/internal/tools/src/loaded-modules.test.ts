import { expect, it } from 'vitest';
import { heavyModules, loadedModules } from './loaded-modules.ts';
import { packageNamed } from './workspace.ts';

/** Loads a package from its own folder, by its own name. */
const loaded = (folder: string, entry = ''): string[] =>
  loadedModules(`@workload-identity/${folder}${entry}`, packageNamed(folder).path);

it.each(['', '/http'])('core%s loads no schema library, no X.509, no AWS SDK', (entry) => {
  const urls = loaded('core', entry);
  expect(urls).toContainEqual(expect.stringContaining('/packages/library/core/src/'));
  expect(heavyModules(urls)).toEqual([]);
});

it('would see a schema library', () => {
  expect(heavyModules(loaded('contract', '/schemas'))).not.toEqual([]);
});

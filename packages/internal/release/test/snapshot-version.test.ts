import { expect, it } from 'vitest';
import { releasedVersions } from '../src/version/snapshot.ts';

it('only what a snapshot is called passes for one', () => {
  const packages = ['0.0.0-next-20300101000000', '0.2.0', '0.2.0-next.1', '0.0.0-next-2030', ''].map(
    (version) => ({ name: 'core', version }),
  );
  expect(releasedVersions(packages)).toEqual([
    'core@0.2.0',
    'core@0.2.0-next.1',
    'core@0.0.0-next-2030',
    'core@',
  ]);
});

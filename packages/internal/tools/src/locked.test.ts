import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockedIntegrities, seedLockfile, strangers } from './locked.ts';
import { root } from './workspace.ts';

const LOCKFILE = `lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

overrides:
  a>b: ^1.0.0

importers:

  .:
    dependencies:
      a:
        specifier: ^1.0.0
        version: 1.0.0

packages:

  '@s/a@1.0.0':
    resolution: {integrity: sha512-AA==}
    engines: {node: '>=18'}

  b@2.0.0:
    resolution: {integrity: sha512-BB==, tarball: file:b.tgz}

  c@3.0.0:
    resolution: {tarball: https://example.com/c.tgz}

snapshots:

  '@s/a@1.0.0': {}
`;

it('the hashes of a lockfile are read', () => {
  expect([...lockedIntegrities(LOCKFILE)]).toEqual([
    ['@s/a@1.0.0', 'sha512-AA=='],
    ['b@2.0.0', 'sha512-BB=='],
    ['c@3.0.0', ''],
  ]);
});

it('each package of the lockfile of this repository is read, and has a hash', () => {
  const text = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8');
  const locked = lockedIntegrities();
  expect(locked.size).toBe(text.match(/^ {4}resolution:/gm)?.length);
  expect([...locked.values()].filter((hash) => !/^sha512-[\w+/]{86}==$/.test(hash))).toEqual([]);
});

it('a folder starts with the packages of the lockfile, and without its projects', () => {
  const seed = seedLockfile(LOCKFILE);
  expect(seed).toContain('\nimporters:\n\n  .: {}\n\npackages:\n');
  expect(seed).not.toMatch(/overrides|specifier/);
  expect(lockedIntegrities(seed)).toEqual(lockedIntegrities(LOCKFILE));
});

describe('attack 62: a package that this repository does not lock', () => {
  const locked = lockedIntegrities(LOCKFILE);

  it.each([
    ['a newer version', '@s/a@1.0.1', 'sha512-AA=='],
    ['another hash', '@s/a@1.0.0', 'sha512-BB=='],
    ['no hash', '@s/a@1.0.0', ''],
    ['no hash on either side', 'c@3.0.0', ''],
    ['a package more', 'd@1.0.0', 'sha512-AA=='],
  ])('is found out: %s', (_, name, integrity) => {
    expect(
      strangers(
        [
          ['b@2.0.0', 'sha512-BB=='],
          [name, integrity],
        ],
        locked,
      ),
    ).toEqual([`${name} is not one that pnpm-lock.yaml has by this hash`]);
  });

  it('is none of those it does', () => {
    expect(strangers([['@s/a@1.0.0', 'sha512-AA==']], locked)).toEqual([]);
  });
});

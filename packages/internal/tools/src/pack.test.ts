import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readTarball } from './pack.ts';
import { tarballProblems } from './tarball-problems.ts';

/** A tarball as npm makes them, read back. */
function packed(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'workload-identity-tarball-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'package', file)), { recursive: true });
    writeFileSync(join(folder, 'package', file), text);
  }
  const tarball = join(folder, 'one.tgz');
  const { status, stderr } = spawnSync('tar', ['-czf', tarball, '-C', folder, 'package'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return readTarball(tarball, join(folder, 'read'));
}

const good = {
  'package.json': JSON.stringify({ name: '@workload-identity/core', files: ['dist'] }),
  'README.md': 'Read me.',
  LICENSE: 'Apache License',
  'dist/index.js': 'export {};',
};

it('a tarball is read whole: every file, those that hide included', () => {
  const stray = { '.npmrc': '', '.aws/credentials': '', 'dist/.env': '', 'src/index.test.ts': '' };
  const tarball = packed({ ...good, ...stray });
  expect([...tarball.files.keys()].sort()).toEqual(Object.keys({ ...good, ...stray }).sort());
  expect(tarball.manifest.name).toBe('@workload-identity/core');
  expect(tarballProblems(tarball, ['@workload-identity/core'], '/nowhere').sort()).toEqual(
    Object.keys(stray)
      .map((file) => `${file} does not belong here`)
      .sort(),
  );
});

it('a good one has no problem', () => {
  expect(tarballProblems(packed(good), ['@workload-identity/core'], '/nowhere')).toEqual([]);
});

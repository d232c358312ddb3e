import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { workspacePackages } from '../../../tools/src/workspace.ts';
import { PACKAGES, type PackageFolder, type Release } from './release.ts';

const SCOPE = '@workload-identity/';

/** Where a package of a release lies after {@link unpackRelease}. */
export const unpacked = (target: string, name: PackageFolder): string =>
  join(target, 'node_modules', SCOPE, name);

function extract(tarball: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const { status, stderr } = spawnSync('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`tar could not read ${tarball}: ${stderr}`);
}

/** The workspace's own copy of a dependency: nothing is downloaded. */
function dependency(root: string, name: PackageFolder, dependency: string): string {
  const places = workspacePackages(root)
    .filter(({ folder }) => folder === name || folder === 'governance')
    .map(({ path }) => join(path, 'node_modules', dependency));
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return realpathSync(found);
  throw new Error(
    `the release needs ${dependency} for ${name}: add it to packages/internal/governance/package.json`,
  );
}

function link(root: string, target: string, name: PackageFolder): void {
  const text = readFileSync(join(unpacked(target, name), 'package.json'), 'utf8');
  const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
  for (const needed of Object.keys(dependencies)) {
    const place = join(target, 'node_modules', needed);
    if (needed.startsWith(SCOPE) || existsSync(place)) continue;
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(dependency(root, name, needed), place, 'junction');
  }
}

/** Puts the packages of a release into an empty folder, with the dependencies this workspace has. */
export function unpackRelease({ version, folder, tarballs }: Release, root: string, target: string): void {
  for (const name of PACKAGES) {
    const file = Object.keys(tarballs).find((tarball) => tarball.startsWith(`workload-identity-${name}-`));
    if (file === undefined) throw new Error(`release ${version} has no tarball of ${name}`);
    extract(join(folder, file), unpacked(target, name));
  }
  for (const name of PACKAGES) link(root, target, name);
}

// Before a release: what would be published now is what the repository keeps as this version. Needs a build.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packAll, readTarball } from '../../tools/src/pack.ts';
import { workspacePackages } from '../../tools/src/workspace.ts';
import { type Files, releaseRefusals } from './released/ready.ts';
import { PACKAGES, type Release, readReleases } from './released/release.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const known: readonly string[] = PACKAGES;
const packages = workspacePackages().filter(({ folder }) => known.includes(folder));
const version = packages[0]?.manifest.version ?? '';
const release = readReleases(root).find((one) => one.version === version);

function keptFiles({ tarballs, folder }: Release, work: string): Readonly<Record<string, Files>> {
  const files = PACKAGES.map((name): [string, Files] => {
    const tarball = Object.keys(tarballs).find((file) => file.startsWith(`workload-identity-${name}-`));
    return [
      name,
      tarball === undefined ? new Map() : readTarball(join(folder, tarball), join(work, name)).files,
    ];
  });
  return Object.fromEntries(files);
}

const work = realpathSync(mkdtempSync(join(tmpdir(), 'workload-identity-ready-')));
try {
  const packed = packAll(packages, join(work, 'packed'));
  const today = Object.fromEntries(
    packages.map(({ folder }, index) => [folder, packed[index]?.files ?? new Map()]),
  );
  const kept = release === undefined ? {} : keptFiles(release, join(work, 'kept'));
  const problems = releaseRefusals(version, release, kept, today);
  for (const problem of problems) console.error(problem);
  console.log(problems.length > 0 ? `${version} must not be published` : `${version} is what is kept of it`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} finally {
  rmSync(work, { recursive: true });
}

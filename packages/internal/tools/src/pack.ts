import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pnpm } from './pnpm.mjs';
import type { Tarball } from './tarball-problems.ts';
import { readManifest, root, type WorkspacePackage } from './workspace.ts';

export interface Packed extends Tarball {
  /** Where the tarball lies. */
  readonly tarball: string;
}

interface PackReport {
  readonly name: string;
  readonly filename: string;
}

/** Reads a tarball, by way of `folder`, which must not be there yet. */
export function readTarball(tarball: string, folder: string): Tarball {
  mkdirSync(folder, { recursive: true });
  const { status, stderr } = spawnSync('tar', ['-xzf', tarball, '-C', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar could not read ${tarball}: ${stderr}`);
  const path = join(folder, 'package');
  // Not by a pattern: those pass over what starts with a dot, and a secret may.
  const files = readdirSync(path, { encoding: 'utf8', recursive: true })
    .filter((file) => statSync(join(path, file)).isFile())
    .map((file): [string, string] => [file, readFileSync(join(path, file), 'utf8')]);
  return { manifest: readManifest(path), files: new Map(files) };
}

/** Packs each package as it would be published, into `folder`, and reads the tarballs back. */
export function packAll(packages: readonly WorkspacePackage[], folder: string): Packed[] {
  const filters = packages.flatMap(({ manifest }) => ['--filter', manifest.name]);
  const { status, stdout } = pnpm(
    ['--recursive', ...filters, 'pack', '--json', '--pack-destination', folder],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  if (status !== 0) throw new Error(`pnpm pack failed\n${stdout}`);
  const reports = JSON.parse(stdout) as PackReport[];
  return packages.map(({ folder: name, manifest }) => {
    const tarball = reports.find((report) => report.name === manifest.name)?.filename;
    if (!tarball) throw new Error(`pnpm pack made no tarball for ${manifest.name}`);
    return { tarball, ...readTarball(tarball, join(folder, name)) };
  });
}

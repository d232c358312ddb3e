import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageNamed } from '../../../tools/src/workspace.ts';
import type { ContractDocument } from '../compare/document.ts';

/** The packages whose tokens and bundles must be understood across releases: what mints and what verifies. */
export const PACKAGES = ['contract', 'core', 'x5c', 'ca'] as const;

export type PackageFolder = (typeof PACKAGES)[number];

/** `snapshot.json` of one release. */
export interface Snapshot {
  /** False for a draft: it holds the place of the first release, was never published, and may be taken again. */
  readonly published: boolean;
  /** SHA-256 of each tarball beside it. */
  readonly tarballs: Readonly<Record<string, string>>;
  readonly contract: ContractDocument;
}

/** A release that the repository keeps. */
export interface Release extends Snapshot {
  readonly version: string;
  readonly folder: string;
}

/** Whether a version is that of a release; a pre-release or a snapshot is not. */
export const isRelease = (version: string): boolean => /^[0-9]+\.[0-9]+\.[0-9]+$/.test(version);

/** Where the releases are kept, below the root of the repository. */
export const releasesOf = (root: string): string => join(packageNamed('contract', root).path, 'released');

export const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

function byVersion(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

/** All releases that are kept, oldest first. */
export function readReleases(root: string): readonly Release[] {
  const folder = releasesOf(root);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter(isRelease)
    .sort(byVersion)
    .map((version) => {
      const snapshot = JSON.parse(readFileSync(join(folder, version, 'snapshot.json'), 'utf8')) as Snapshot;
      return { ...snapshot, version, folder: join(folder, version) };
    });
}

/** What is wrong with the files of a release: it was changed after it was taken. */
export function releaseProblems({ version, folder, tarballs, contract }: Release): readonly string[] {
  const wrong = Object.entries(tarballs)
    .filter(([file, hash]) => !existsSync(join(folder, file)) || sha256(join(folder, file)) !== hash)
    .map(([file]) => `release ${version}: ${file} is not the one its snapshot names`);
  return contract.package === version
    ? wrong
    : [...wrong, `release ${version}: its snapshot is of ${contract.package}`];
}

import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { PackageSource } from './import-violations.ts';
import type { Manifest, PackageFacts } from './manifest.ts';

export const root = fileURLToPath(new URL('../../../../', import.meta.url));

export interface WorkspacePackage {
  /** The last part of its path, which is its name on the registry without the scope. */
  readonly folder: string;
  /** From the root of the repository, with slashes: `packages/library/core`. */
  readonly location: string;
  /** The folder it is in. */
  readonly path: string;
  readonly manifest: Manifest;
}

/** @param path the package's folder */
export const readManifest = (path: string): Manifest =>
  JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest;

/** The globs of pnpm-workspace.yaml: the one list of packages. @param at the root of a repository */
export function packageGlobs(at: string = root): readonly string[] {
  return (parse(readFileSync(join(at, 'pnpm-workspace.yaml'), 'utf8')) as { packages: string[] }).packages;
}

/** Every package of the workspace, by its location. @param at the root of a repository */
export function workspacePackages(at: string = root): WorkspacePackage[] {
  return globSync([...packageGlobs(at)], { cwd: at })
    .map((location) => location.replaceAll('\\', '/'))
    .filter((location) => existsSync(join(at, location, 'package.json')))
    .sort()
    .map((location) => {
      const path = join(at, location);
      return {
        folder: location.slice(location.lastIndexOf('/') + 1),
        location,
        path,
        manifest: readManifest(path),
      };
    });
}

/** What every gate may rely on of a package that the list knows. */
export interface KnownPackage extends WorkspacePackage {
  readonly facts: PackageFacts;
}

/**
 * The packages that say what they are. A gate reads these; that each package does is the one failure of
 * `packageListProblems`.
 */
export function knownPackages(at: string = root): KnownPackage[] {
  return workspacePackages(at).flatMap((one) => {
    const facts = one.manifest.workloadIdentity;
    return facts === undefined ? [] : [{ ...one, facts }];
  });
}

/** The packages that are published. */
export function publishedPackages(at: string = root): KnownPackage[] {
  return knownPackages(at).filter(({ manifest }) => manifest.private !== true);
}

/** The layer of each package, by its name. */
export function layerOf(at: string = root): ReadonlyMap<string, string> {
  return new Map(knownPackages(at).map(({ manifest, facts }) => [manifest.name, facts.layer]));
}

/** The package with this folder name. @throws Error where there is none */
export function packageNamed(folder: string, at: string = root): WorkspacePackage {
  const found = workspacePackages(at).find((one) => one.folder === folder);
  if (found === undefined) throw new Error(`no package of the workspace is in a folder ${folder}`);
  return found;
}

/** The source of a package without its tests. */
export function readSource({ folder, location, path, manifest }: WorkspacePackage): PackageSource {
  const files = globSync('src/**/*.ts', { cwd: path })
    .filter((file) => !/\.test(-d)?\.ts$/.test(file))
    .map((file) => [file.replaceAll('\\', '/'), readFileSync(join(path, file), 'utf8')]);
  return { folder, location, manifest, files: Object.fromEntries(files) as Record<string, string> };
}

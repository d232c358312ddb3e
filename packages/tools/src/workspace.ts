import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PackageSource } from './import-violations.ts';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

export type Target = string | { readonly [condition: string]: Target };

type Dependencies = Readonly<Record<string, string>>;

/** The part of a package.json that the checks read. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly files?: readonly string[];
  readonly exports?: Readonly<Record<string, Target>>;
  readonly imports?: Readonly<Record<string, Target>>;
  readonly dependencies?: Dependencies;
  readonly optionalDependencies?: Dependencies;
  readonly peerDependencies?: Dependencies;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

export interface WorkspacePackage {
  readonly folder: string;
  readonly path: string;
  readonly manifest: Manifest;
}

/** @param path the package's folder */
export const readManifest = (path: string): Manifest =>
  JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest;

/** Every package below `packages/`, in alphabetical order. */
export function workspacePackages(): WorkspacePackage[] {
  const packages = join(root, 'packages');
  return readdirSync(packages)
    .sort()
    .map((folder) => ({ folder, path: join(packages, folder) }))
    .filter(({ path }) => existsSync(join(path, 'package.json')))
    .map(({ folder, path }) => {
      return { folder, path, manifest: readManifest(path) };
    });
}

/** The source of a package without its tests. */
export function readSource({ folder, path, manifest }: WorkspacePackage): PackageSource {
  const files = globSync('src/**/*.ts', { cwd: path })
    .filter((file) => !/\.test(-d)?\.ts$/.test(file))
    .map((file) => [file, readFileSync(join(path, file), 'utf8')]);
  return { folder, manifest, files: Object.fromEntries(files) as Record<string, string> };
}

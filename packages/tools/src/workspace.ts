import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PackageSource } from './import-violations.ts';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

type Target = string | { readonly [condition: string]: Target };

export interface Manifest extends Record<string, unknown> {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, Target>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface WorkspacePackage {
  readonly folder: string;
  readonly path: string;
  readonly manifest: Manifest & PackageSource['manifest'];
}

/** Every package below `packages/`, in alphabetical order. */
export function workspacePackages(): WorkspacePackage[] {
  const packages = join(root, 'packages');
  return readdirSync(packages)
    .sort()
    .map((folder) => ({ folder, path: join(packages, folder) }))
    .filter(({ path }) => existsSync(join(path, 'package.json')))
    .map(({ folder, path }) => {
      const manifest = JSON.parse(
        readFileSync(join(path, 'package.json'), 'utf8'),
      ) as WorkspacePackage['manifest'];
      return { folder, path, manifest };
    });
}

/** The source of a package without its tests. */
export function readSource({ folder, path, manifest }: WorkspacePackage): PackageSource {
  const files = globSync('src/**/*.ts', { cwd: path })
    .filter((file) => !/\.test(-d)?\.ts$/.test(file))
    .map((file) => [file, readFileSync(join(path, file), 'utf8')]);
  return { folder, manifest, files: Object.fromEntries(files) as Record<string, string> };
}

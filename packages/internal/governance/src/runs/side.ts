import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PackageFolder } from '../released/release.ts';

/** One of the two releases that meet: its packages, loaded. The types are those of today, for both. */
export interface Side {
  /** How reports call it. */
  readonly name: string;
  /** The folder of its contract package. */
  readonly folder: string;
  readonly contract: typeof import('@workload-identity/contract');
  readonly core: typeof import('@workload-identity/core');
  readonly x5c: typeof import('@workload-identity/x5c');
  readonly ca: typeof import('@workload-identity/ca');
}

type Target = string | { readonly default: string };

/** The address of what a package exports under `.`: TypeScript in the workspace, JavaScript in a release. */
function entryOf(folder: string): string {
  const text = readFileSync(join(folder, 'package.json'), 'utf8');
  const { exports } = JSON.parse(text) as { exports: Readonly<Record<string, Target>> };
  const target = exports['.'];
  if (target === undefined) throw new Error(`${folder} exports nothing`);
  return pathToFileURL(join(folder, typeof target === 'string' ? target : target.default)).href;
}

/** Loads what a package exports. @param folder where it lies */
export async function loadPackage<T>(folder: string): Promise<T> {
  return (await import(entryOf(folder))) as T;
}

/** Loads a side. @param folderOf where each of its packages lies */
export async function loadSide(name: string, folderOf: (name: PackageFolder) => string): Promise<Side> {
  return {
    name,
    folder: folderOf('contract'),
    contract: await loadPackage(folderOf('contract')),
    core: await loadPackage(folderOf('core')),
    x5c: await loadPackage(folderOf('x5c')),
    ca: await loadPackage(folderOf('ca')),
  };
}

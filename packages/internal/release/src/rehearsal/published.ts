import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTarball } from '../../../tools/src/pack.ts';
import { tarballProblems } from '../../../tools/src/tarball-problems.ts';
import type { Registry } from './registry.ts';

/** What a registry says of a package, as far as it is read here. */
interface Packument {
  readonly 'dist-tags': Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, { readonly dist: { readonly tarball: string } }>>;
}

async function packument({ url }: Registry, name: string): Promise<Packument> {
  const response = await fetch(url + encodeURIComponent(name));
  if (!response.ok) throw new Error(`the registry answered ${response.status} for ${name}`);
  return (await response.json()) as Packument;
}

/** The tags of each package: which version somebody gets who names none, or who names `next`. */
export async function tagsOf(
  registry: Registry,
  names: readonly string[],
): Promise<Readonly<Record<string, Packument['dist-tags']>>> {
  const tags = names.map(async (name) => [name, (await packument(registry, name))['dist-tags']] as const);
  return Object.fromEntries(await Promise.all(tags));
}

/** What is wrong with the tarballs that the registry hands out, a line each. @param checkout the folder they were packed in */
export async function publishedProblems(
  registry: Registry,
  names: readonly string[],
  checkout: string,
  folder: string,
): Promise<readonly string[]> {
  mkdirSync(folder);
  const problems = names.map(async (name, index) => {
    const { versions } = await packument(registry, name);
    const each = Object.entries(versions).map(async ([version, { dist }]) => {
      const tarball = join(folder, `${index}-${version}.tgz`);
      writeFileSync(tarball, Buffer.from(await (await fetch(dist.tarball)).arrayBuffer()));
      const read = readTarball(tarball, join(folder, `${index}-${version}`));
      return tarballProblems(read, names, checkout).map((problem) => `${name}@${version}: ${problem}`);
    });
    return (await Promise.all(each)).flat();
  });
  return (await Promise.all(problems)).flat();
}

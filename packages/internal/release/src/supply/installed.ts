import { existsSync, globSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../../../tools/src/workspace.ts';

/** What stands in a package.json and is read here. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly files?: readonly string[];
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** One package as it is installed. */
export interface Installed {
  readonly name: string;
  readonly version: string;
  readonly license: string | undefined;
  /** Its real folder: it tells one copy from another. */
  readonly path: string;
  /** Bytes of its files: of ours those that are published. */
  readonly bytes: number;
  /** What it needs at run time. */
  readonly needs: readonly Installed[];
}

const ours = (path: string): boolean => path.startsWith(join(root, 'packages'));

/** Where Node finds a package from a folder, links followed. */
function locate(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (folder === dirname(folder)) return undefined;
  }
}

function bytesOf(path: string, { files = [] }: Manifest): number {
  const patterns = ours(path)
    ? ['package.json', 'README.md', ...files.flatMap((name) => [name, `${name}/**`])]
    : ['**'];
  return globSync(patterns, { cwd: path, exclude: (name) => name === 'node_modules' })
    .map((file) => statSync(join(path, file)))
    .filter((stat) => stat.isFile())
    .reduce((sum, { size }) => sum + size, 0);
}

/**
 * A package with all it needs at run time, as it is installed in this repository.
 * @throws Error when something that must be there is not installed
 */
export function readInstalled(path: string, known = new Map<string, Installed>()): Installed {
  const found = known.get(path);
  if (found !== undefined) return found;
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest;
  const needs: Installed[] = [];
  const { name, version, license } = manifest;
  const installed = { name, version, license, path, bytes: bytesOf(path, manifest), needs };
  known.set(path, installed);
  for (const dependency of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    const place = locate(dependency, path);
    if (place !== undefined) needs.push(readInstalled(place, known));
    else if (manifest.optionalDependencies?.[dependency] === undefined)
      throw new Error(`${name} needs ${dependency}, which is not installed`);
  }
  return installed;
}

/** All that comes with a package, itself first, each once. */
export function closure(top: Installed): readonly Installed[] {
  const seen = new Set<Installed>([top]);
  for (const one of seen) for (const next of one.needs) seen.add(next);
  return [...seen];
}

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly publishConfig?: {
    readonly exports?: Readonly<Record<string, unknown>>;
    readonly imports?: object;
  };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const BENCH = join(import.meta.dirname, '..', '..');
const PACKAGES = join(BENCH, '..');
const SCOPE = '@workload-identity/';

/** The packages of this repository as a user has them. */
export interface Published {
  /** A folder whose `node_modules` holds them. */
  readonly folder: string;
  /** What can be imported, in the order of the packages. */
  readonly entries: readonly string[];
  remove(): void;
}

function place(from: string, manifest: Manifest, into: string): void {
  const to = join(into, manifest.name);
  mkdirSync(to, { recursive: true });
  cpSync(join(from, 'dist'), join(to, 'dist'), { recursive: true });
  const { publishConfig, ...rest } = manifest;
  writeFileSync(join(to, 'package.json'), JSON.stringify({ ...rest, ...publishConfig }));
  const others = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  for (const name of others.filter((other) => !other.startsWith(SCOPE))) {
    const installed = join(from, 'node_modules', name);
    if (!existsSync(installed)) continue;
    const link = join(to, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(realpathSync(installed), link);
  }
}

function entriesOf({ name, publishConfig }: Manifest): readonly string[] {
  return Object.keys(publishConfig?.exports ?? {})
    .filter((entry) => !entry.endsWith('.json') && !entry.includes('*'))
    .map((entry) => name + entry.slice(1));
}

/**
 * Puts the built packages into a folder as an installation would, with the dependencies of this repository.
 * @param peers what is put beside them, to compare with
 * @param packages the folder of the packages
 * @throws Error where one of them is not built
 */
export function installPublished(peers: readonly string[], packages: string = PACKAGES): Published {
  const folder = mkdtempSync(join(tmpdir(), 'workload-identity-bench-'));
  const into = join(folder, 'node_modules');
  const entries: string[] = [];
  for (const name of readdirSync(packages).sort()) {
    const from = join(packages, name);
    if (!existsSync(join(from, 'package.json'))) continue;
    const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as Manifest;
    if (manifest.private === true) continue;
    if (!existsSync(join(from, 'dist'))) {
      rmSync(folder, { recursive: true, force: true });
      throw new Error(`${manifest.name} is not built: run \`npm run build\` first`);
    }
    place(from, manifest, into);
    entries.push(...entriesOf(manifest));
  }
  for (const peer of peers) symlinkSync(realpathSync(join(BENCH, 'node_modules', peer)), join(into, peer));
  return { folder, entries, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

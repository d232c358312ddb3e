import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strangers } from '../../../tools/src/locked.ts';
import { root } from '../../../tools/src/workspace.ts';
import { closure, readInstalled } from '../supply/installed.ts';
import type { Registry } from './registry.ts';
import { run } from './run.ts';

/** One of our packages, as it stands in the folder of somebody who uses it. */
export interface Installed {
  readonly name: string;
  readonly version: string;
  readonly fromRegistry: boolean;
}

interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
}

const OURS = '@workload-identity/';
const TOP = [
  'packages/library/sdk',
  'packages/adapters/express',
  'packages/adapters/fetch',
  'packages/internal/release/node_modules/express',
];

/** The version of each package that is not ours, as this repository has it installed. */
function versions(): Readonly<Record<string, string>> {
  const all = TOP.flatMap((path) => closure(readInstalled(realpathSync(join(root, path)))));
  const others = all.filter(({ name }) => !name.startsWith(OURS));
  return Object.fromEntries(others.map(({ name, version }) => [name, version]));
}

/**
 * The packages of ours that are installed, by their place.
 * @throws Error where another is not locked here: a registry may have got a newer one a minute ago, and that must not run
 */
export function heldToLockfile({ packages }: Lock): readonly (readonly [string, LockedPackage])[] {
  const installed = Object.entries(packages)
    .map(([path, one]) => [path.split('node_modules/').at(-1) ?? '', one] as const)
    .filter(([name]) => name !== '' && !name.startsWith(OURS))
    .map(([name, { version = '', integrity = '' }]) => [`${name}@${version}`, integrity] as const);
  const unknown = strangers(installed);
  if (unknown.length > 0) throw new Error(`nothing of the consumer was run:\n${unknown.join('\n')}`);
  return Object.entries(packages).filter(([path]) => path.startsWith(`node_modules/${OURS}`));
}

/**
 * Installs packages of ours, and express, into an empty folder outside the workspace. All others have the version and the hash of this
 * repository's lockfile.
 *
 * @param wanted what `npm install` takes
 */
export async function install(
  folder: string,
  registry: Registry,
  wanted: readonly string[],
): Promise<readonly Installed[]> {
  mkdirSync(folder);
  const { express, ...overrides } = versions();
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module', overrides }),
  );
  const args = ['install', ...wanted, `express@${express}`, '--save-exact', '--ignore-scripts'];
  await run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    env: registry.env,
  });
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as Lock;
  return heldToLockfile(lock).map(([path, { version = '', resolved = '' }]) => ({
    name: path.slice('node_modules/'.length),
    version,
    fromRegistry: resolved.startsWith(registry.url),
  }));
}

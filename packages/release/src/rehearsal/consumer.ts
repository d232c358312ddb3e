import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Registry } from './registry.ts';
import { run } from './run.ts';

/** One of our packages, as it stands in the folder of somebody who uses it. */
export interface Installed {
  readonly name: string;
  readonly version: string;
  readonly fromRegistry: boolean;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly resolved?: string }>>;
}

/** Installs packages into an empty folder outside the workspace. @param wanted what `npm install` takes */
export async function install(
  folder: string,
  registry: Registry,
  wanted: readonly string[],
): Promise<readonly Installed[]> {
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  );
  await run('npm', ['install', ...wanted, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    env: registry.env,
  });
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as Lock;
  return Object.entries(packages)
    .filter(([path]) => path.startsWith('node_modules/@workload-identity/'))
    .map(([path, { version = '', resolved = '' }]) => ({
      name: path.slice('node_modules/'.length),
      version,
      fromRegistry: resolved.startsWith(registry.url),
    }));
}

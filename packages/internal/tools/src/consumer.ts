import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { heavyModules, loadedModules } from './loaded-modules.ts';
import { lockedIntegrities, seedLockfile, strangers } from './locked.ts';
import type { Packed } from './pack.ts';
import { pnpm } from './pnpm.mjs';
import { root } from './workspace.ts';

const probe = join(import.meta.dirname, 'consumer-probe.mjs');

/** Every specifier that a user of the package may import. */
function entries({ manifest, files }: Packed): string[] {
  return Object.entries(manifest.exports ?? {}).flatMap(([entry, target]) => {
    const specifier = manifest.name + entry.slice(1);
    if (!entry.includes('*') || typeof target !== 'string') return [specifier];
    const [before = '', after = ''] = target.slice(2).split('*');
    return [...files.keys()]
      .filter((file) => file.startsWith(before) && file.endsWith(after))
      .map((file) => specifier.replace('*', file.slice(before.length, file.length - after.length)));
  });
}

/** The Node of this machine, when the `node` package is not the only one: users may have an older one. */
function systemNode(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, process.platform === 'win32' ? 'node.exe' : 'node'))
    .find((file) => existsSync(file));
}

/** Installs the tarballs in an empty folder, with the peers they ask for. What is not ours is what this repository locks. */
export function installConsumer(packed: readonly Packed[], folder: string): void {
  const tarballs = Object.fromEntries(
    packed.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]),
  );
  const peers = Object.assign({}, ...packed.map(({ manifest }) => manifest.peerDependencies ?? {})) as object;
  mkdirSync(folder, { recursive: true });
  const manifest = {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: { ...peers, ...tarballs },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(
    join(folder, 'pnpm-workspace.yaml'),
    JSON.stringify({ packages: ['.'], overrides: tarballs }),
  );
  const lockfile = join(folder, 'pnpm-lock.yaml');
  writeFileSync(lockfile, seedLockfile());
  copyFileSync(probe, join(folder, 'probe.mjs'));
  const args = ['install', '--prefer-offline', '--ignore-scripts', '--no-frozen-lockfile'];
  const { status, stdout } = pnpm(args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`the packed packages do not install\n${stdout}`);
  const own = (name: string): boolean =>
    packed.some(({ manifest }) => name.startsWith(`${manifest.name}@file:`));
  const unknown = strangers(
    [...lockedIntegrities(readFileSync(lockfile, 'utf8'))].filter(([name]) => !own(name)),
  );
  if (unknown.length > 0) throw new Error(`nothing of the consumer was run:\n${unknown.join('\n')}`);
}

/** Imports every public entry of every package, on each Node at hand. Returns what went wrong, a line each. */
export function importProblems(packed: readonly Packed[], folder: string): string[] {
  const specifiers = packed.flatMap(entries);
  const nodes = new Set([process.execPath, systemNode() ?? process.execPath]);
  return [...nodes].flatMap((node) => {
    const { status, stdout, stderr } = spawnSync(node, ['probe.mjs', ...specifiers], {
      cwd: folder,
      encoding: 'utf8',
    });
    process.stdout.write(stdout);
    const problems = stderr.split('\n').filter((line) => line.startsWith('problem: '));
    if (status !== 0 && problems.length === 0) return [`${node}: ${stderr.trim() || `exit code ${status}`}`];
    return problems.map((line) => line.slice('problem: '.length));
  });
}

/** What importing the packed core loads although it should not. */
export function loadProblems(packed: readonly Packed[], folder: string): string[] {
  const core = packed.filter(({ manifest }) => manifest.name === '@workload-identity/core').flatMap(entries);
  return core
    .filter((specifier) => !specifier.endsWith('.json'))
    .flatMap((specifier) =>
      heavyModules(loadedModules(specifier, folder)).map((url) => `importing ${specifier} loads ${url}`),
    );
}

/** Where the workspace keeps Node's types; the consumer has none of its own. */
const nodeTypes = join(root, 'node_modules', '@types');

/** Compiles a module that imports every typed entry, reading the published declarations in full. */
export function typeProblems(packed: readonly Packed[], folder: string): string[] {
  const typed = packed.flatMap(entries).filter((specifier) => !specifier.endsWith('.json'));
  const lines = typed.map((specifier, index) => `export * as entry${index} from '${specifier}';`);
  writeFileSync(join(folder, 'types.ts'), lines.join('\n'));
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2023',
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [nodeTypes],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['types.ts'] }));
  const { status, stdout } = spawnSync('tsc', ['--project', folder], { encoding: 'utf8' });
  return status === 0 ? [] : stdout.trim().split('\n');
}

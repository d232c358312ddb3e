#!/usr/bin/env node
// The pinned pnpm, fetched by npm when it is not there yet. Runs on Node 20, before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The pinned version, without the hash that follows it: `pnpm@1.2.3`. */
export const pinned = packageManager.split('+')[0];

const windows = process.platform === 'win32';
const executable = windows ? 'pnpm.exe' : 'pnpm';
const remembered = join(root, 'node_modules', '.cache', `${pinned}.path`);

/** Where npm keeps the pinned pnpm. Asking npm takes a second, so its answer is remembered. */
function locate() {
  if (existsSync(remembered)) {
    const path = readFileSync(remembered, 'utf8');
    if (existsSync(path)) return path;
  }
  const { status, stdout, stderr, error } = spawnSync(
    'npm',
    ['exec', '--yes', '--loglevel=error', `--package=${pinned}`, '--', 'node', '-p', 'process.env.PATH'],
    { cwd: root, encoding: 'utf8', shell: windows },
  );
  if (error) throw error;
  if (status !== 0)
    throw new Error(`npm could not fetch ${pinned}: is the package registry reachable?\n${stderr}`);
  const path = stdout
    .trim()
    .split(delimiter)
    .filter((folder) => !folder.startsWith(root))
    .flatMap((folder) => [join(folder, executable), join(folder, '..', 'pnpm', executable)])
    .find((file) => existsSync(file));
  if (!path) throw new Error(`npm fetched ${pinned} but did not put it on the path`);
  mkdirSync(join(remembered, '..'), { recursive: true });
  writeFileSync(remembered, path);
  return path;
}

/**
 * Runs the pinned pnpm to its end.
 *
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 */
export function pnpm(args, options = {}) {
  const result = spawnSync(locate(), args, { stdio: 'inherit', encoding: 'utf8', ...options });
  if (result.error) throw result.error;
  return { status: result.status ?? 1, stdout: String(result.stdout ?? '') };
}

const isMain = import.meta.main ?? process.argv[1]?.endsWith('pnpm.mjs');
if (isMain) process.exit(pnpm(process.argv.slice(2)).status);

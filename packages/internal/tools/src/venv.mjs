// The Python programs that tests talk to, in `.venv`: each package by its hash, what it depends on included. Runs on Node 20.
// `node packages/internal/tools/src/venv.mjs` does nothing where all is in place; with `--fresh` it believes nothing that it finds.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from './pinned.mjs';
import { reaching } from './reach.mjs';

/** Every requirements file; each stands beside what needs it, and beside the `requirements.in` that it is compiled from. */
export const REQUIREMENTS = [
  'packages/internal/tools/moto/requirements.txt',
  'packages/internal/conformance/interop/python/requirements.txt',
];

/** @param {string} program @param {readonly string[]} args @param {string} advice */
function run(program, args, advice) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...reaching('pip', process.env), PIP_DISABLE_PIP_VERSION_CHECK: '1' },
  });
  if (error !== undefined || status !== 0)
    throw new Error(`${advice}\n${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`);
  return stdout;
}

/**
 * Installs wheels by their hashes into a venv.
 *
 * @param {string} folder
 * @param {readonly string[]} files requirements files
 */
export function installPackages(folder, files) {
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  // Wheels alone: a source package would run its own code before anybody could look at what it built.
  const args = ['install', '--quiet', '--no-compile', '--require-hashes', '--only-binary', ':all:'];
  run(
    python,
    ['-I', '-m', 'pip', ...args, ...files.flatMap((file) => ['-r', file])],
    'The Python packages were not installed: pip says below which one could not be fetched, or is not the one whose hash is pinned.',
  );
}

/**
 * Makes the folder again unless it is there, complete, and of the same requirements and the same Python.
 *
 * @param {{ folder?: string, requirements?: readonly string[], fresh?: boolean }} [options]
 * @returns {boolean} whether it was made
 */
export function venv(options = {}) {
  const { folder = join(root, '.venv'), requirements = REQUIREMENTS, fresh = false } = options;
  const files = requirements.map((file) => resolve(root, file));
  const stamp = join(folder, 'requirements.sha256');
  const version = run(
    'python3',
    ['-I', '-c', 'import sys; print(sys.version, sys.platform)'],
    'python3 cannot be run. Install Python 3.11 or later.',
  );
  const digest = createHash('sha256').update(version);
  for (const file of files) digest.update('\0').update(readFileSync(file));
  const key = digest.digest('hex');
  if (!fresh && existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return false;
  // What is installed over something else keeps its files, so nothing of it stays. A link goes, not what it leads to.
  rmSync(folder, { recursive: true, force: true });
  run(
    'python3',
    ['-I', '-m', 'venv', folder],
    'Python cannot make a venv. Debian has it in the package python3-venv.',
  );
  installPackages(folder, files);
  writeFileSync(stamp, key);
  return true;
}

const isMain = import.meta.main ?? process.argv[1]?.endsWith('venv.mjs');
if (isMain) {
  const start = performance.now();
  const made = venv({ fresh: process.argv.includes('--fresh') });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(`.venv ${made ? 'made' : 'is up to date'}: ${seconds} s\n`);
}

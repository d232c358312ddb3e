#!/usr/bin/env node
// The pinned pnpm, fetched by npm when it is not there yet. Runs on Node 20, before anything is installed.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

const { packageManager } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
);
const pinned = packageManager.split('+')[0];

/**
 * Runs the pinned pnpm and returns its exit code.
 *
 * @param {readonly string[]} args
 * @param {{ cwd?: string, stdio?: import('node:child_process').StdioOptions }} [options]
 */
export function pnpm(args, { cwd = process.cwd(), stdio = 'inherit' } = {}) {
  if (process.env.WORKLOAD_IDENTITY_PNPM) throw new Error('npm handed the call for pnpm back to this script');
  const { status, error, stdout, stderr } = spawnSync(
    'npm',
    ['exec', '--yes', '--loglevel=error', `--package=${pinned}`, '--', 'pnpm', ...args],
    {
      cwd,
      stdio,
      env: { ...process.env, WORKLOAD_IDENTITY_PNPM: pinned },
      encoding: 'utf8',
      shell: process.platform === 'win32',
    },
  );
  if (error) throw error;
  return { status: status ?? 1, stdout: stdout ?? '', stderr: stderr ?? '' };
}

if (import.meta.main ?? process.argv[1]?.endsWith('pnpm.mjs'))
  process.exit(pnpm(process.argv.slice(2)).status);

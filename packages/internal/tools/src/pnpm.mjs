#!/usr/bin/env node
// The pnpm that package.json pins, checked before each run. Runs on Node 20, before anything is installed.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pinnedFolder } from './pinned.mjs';
import { pinnedPnpm, pinOf } from './pins.mjs';
import { reaching } from './reach.mjs';

/** Where the pinned pnpm lies. Each call checks it. */
export function locatePnpm() {
  const { pin, run } = pinOf('pnpm', pinnedPnpm.version);
  return join(pinnedFolder(pin), run);
}

/**
 * Runs the pinned pnpm to its end.
 *
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 */
export function pnpm(args, options = {}) {
  const env = reaching('pnpm', options.env ?? process.env);
  const result = spawnSync(locatePnpm(), args, { stdio: 'inherit', encoding: 'utf8', ...options, env });
  if (result.error) throw result.error;
  return { status: result.status ?? 1, stdout: String(result.stdout ?? '') };
}

const isMain = import.meta.main ?? process.argv[1]?.endsWith('pnpm.mjs');
if (isMain) process.exit(pnpm(process.argv.slice(2)).status);

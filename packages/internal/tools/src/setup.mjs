// Installs the dependencies when they are not those of the lockfile. Runs on Node 20.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './pinned.mjs';
import { pinnedPnpm, platform } from './pins.mjs';
import { pnpm } from './pnpm.mjs';
import { reaching } from './reach.mjs';

const installed = join(root, 'node_modules', '.pnpm', 'lock.yaml');
const stamp = join(root, 'node_modules', '.cache', 'installed.sha256');

function manifests() {
  // Before the install there is nothing to read pnpm-workspace.yaml with: packages are two levels deep, which a check enforces.
  const packages = readdirSync(join(root, 'packages')).flatMap((group) =>
    readdirSync(join(root, 'packages', group)).map((name) => join('packages', group, name, 'package.json')),
  );
  return ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...packages.sort()]
    .map((file) => join(root, file))
    .filter((file) => existsSync(file));
}

/** What an install depends on, and what it left behind. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of [...manifests(), installed]) {
    hash.update(file).update('\0');
    if (existsSync(file)) hash.update(readFileSync(file));
    hash.update('\0');
  }
  return hash.digest('hex');
}

// The headers with which addons are built come with the pinned Node, so node-gyp downloads none.
const nodedir = join(root, 'node_modules', `node-${platform()}`);

/**
 * Node 24 and the tools first on the path; no tool calls home or looks for a newer version of itself. Nothing from outside says
 * where turbo finds what was built: only this machine builds.
 */
export const environment = {
  ...reaching('turbo', process.env),
  npm_config_nodedir: nodedir,
  PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  DO_NOT_TRACK: '1',
  NO_UPDATE_NOTIFIER: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  TURBO_TELEMETRY_DISABLED: '1',
};

/** @param {string} text */
export const say = (text) => process.stdout.write(`\n▸ ${text}\n`);

/** @param {number} start a `performance.now()` */
export const since = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

/** Does nothing, in a few milliseconds, when all is in place. */
export function setup() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint()) return;
  const start = performance.now();
  say(`install: dependencies with pnpm ${pinnedPnpm.version}, as the lockfile says`);
  const { status } = pnpm(['install', '--frozen-lockfile'], { cwd: root, env: environment });
  if (status !== 0) {
    say('install: failed. The lines above say why; nothing was run.');
    process.exit(status);
  }
  mkdirSync(join(stamp, '..'), { recursive: true });
  writeFileSync(stamp, fingerprint());
  say(`install: done in ${since(start)}`);
}

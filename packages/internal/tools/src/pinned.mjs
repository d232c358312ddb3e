// Programs that the scripts fetch and run beside the lockfile. Each is held to a hash of the repository when it is fetched, and
// again before each run: what lies in the cache decides nothing. Runs on Node 20, before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestOf, digestOfFolder, trustedOwners, writeFiles } from './file-tree.mjs';
import { readPackage } from './read-tarball.mjs';

export const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** @import { Files } from './file-tree.mjs' */

/**
 * A package of the registry.
 *
 * @typedef {object} PinnedPackage
 * @property {string} name
 * @property {string} version
 * @property {string} integrity `sha512-` and the hash of its tarball in base64
 * @property {RegExp} keep the files of it that are needed
 */

/**
 * What is run from one folder.
 *
 * @typedef {object} Pin
 * @property {string} name names it in messages, and its folder in the cache
 * @property {readonly PinnedPackage[]} packages a file of a later one takes the place of an earlier one
 * @property {string} tree SHA-256 over the hashes of the tarballs and all files that are kept
 * @property {string} by the file that holds the hashes
 */

const windows = process.platform === 'win32';

/** Hands over a tarball as npm is set up to fetch it: its registry, its proxy, its certificates. */
/** @typedef {(specifier: string) => Buffer} Fetch */

/** @type {Fetch} */
export function fetchWithNpm(specifier) {
  const folder = mkdtempSync(join(tmpdir(), 'workload-identity-fetch-'));
  try {
    // An exact version does not change, and its hash is compared: what npm has in its cache will do.
    const args = [
      'pack',
      specifier,
      '--prefer-offline',
      '--ignore-scripts',
      '--dry-run=false',
      '--loglevel=error',
    ];
    const to = `--pack-destination=${windows ? `"${folder}"` : folder}`;
    const { status, stderr, error } = spawnSync('npm', [...args, to], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: windows,
    });
    if (error) throw error;
    const [tarball, ...more] = readdirSync(folder);
    if (status !== 0 || tarball === undefined || more.length > 0)
      throw new Error(`npm could not fetch ${specifier}: is the package registry reachable?\n${stderr}`);
    return readFileSync(join(folder, tarball));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {Buffer} tarball */
export const integrityOf = (tarball) => `sha512-${createHash('sha512').update(tarball).digest('base64')}`;

/** @param {Pick<Pin, 'packages'>} pin */
const sourceOf = ({ packages }) =>
  packages.map(({ name, version, integrity }) => `${name}@${version} ${integrity}`).join('\n');

/** @param {Files} files @param {Pick<Pin, 'packages'>} pin */
export const treeOf = (files, pin) => digestOf(files, sourceOf(pin));

/**
 * The files of a pin, from tarballs that are what it says.
 *
 * @param {Pick<Pin, 'packages' | 'by'>} pin
 * @param {Fetch} fetch
 * @returns {Files}
 */
export function fetchFiles({ packages, by }, fetch) {
  const files = packages.flatMap(({ name, version, integrity, keep }) => {
    const tarball = fetch(`${name}@${version}`);
    if (integrityOf(tarball) !== integrity) {
      throw new Error(
        `${name}@${version} is not the one that ${by} pins, so nothing was run.\n` +
          `  expected ${integrity}\n  fetched  ${integrityOf(tarball)}\n` +
          'Look at the registry that npm is set up with: npm config get registry. Do not change the pin to what was fetched.',
      );
    }
    return [...readPackage(tarball)].filter(([path]) => keep.test(path));
  });
  return new Map(files);
}

/**
 * The folder of a pin, all of whose files are what the pin says at this moment. Fetches it where it is not there; never repairs it.
 *
 * @param {Pin} pin
 * @param {{ cache?: string, fetch?: Fetch, owners?: ReadonlySet<number> }} [options] for tests
 */
export function pinnedFolder(pin, options = {}) {
  const {
    cache = join(root, 'node_modules', '.cache', 'pinned'),
    fetch = fetchWithNpm,
    owners = trustedOwners(root),
  } = options;
  const folder = join(cache, pin.name);
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) place(pin, cache, folder, fetch);
  let reason = 'its files are not those that the pin names';
  try {
    if (!lstatSync(cache).isDirectory()) throw new Error(`${cache} is no folder of its own`);
    if (!owners.has(lstatSync(cache).uid)) throw new Error(`${cache} belongs to another user`);
    if (digestOfFolder(folder, sourceOf(pin), owners) === pin.tree) return folder;
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  throw new Error(
    `${pin.name} in the cache is not what ${pin.by} pins, so nothing was run: ${reason}.\n` +
      `Find out who changed ${folder}. Then delete the folder and start again: it is fetched and checked once more.`,
  );
}

/** @param {Pin} pin @param {string} cache @param {string} folder @param {Fetch} fetch */
function place(pin, cache, folder, fetch) {
  const files = fetchFiles(pin, fetch);
  if (treeOf(files, pin) !== pin.tree) {
    throw new Error(
      `${pin.by} has two hashes of ${pin.name} that do not belong together: write the pins again`,
    );
  }
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, '.placing-'));
  try {
    writeFiles(files, join(work, 'files'));
    renameSync(join(work, 'files'), folder);
  } catch (error) {
    // Somebody else was quicker. What they placed is checked like everything else.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

// One digest for all files of a folder: a file that is changed, added, removed or renamed changes it. Runs on Node 20.
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** @typedef {ReadonlyMap<string, { readonly data: Buffer, readonly executable?: boolean }>} Files */

/** @param {Iterable<readonly [path: string, data: Buffer]>} files by path with `/`, in any order @param {string} source */
function digest(files, source) {
  const rows = [...files].map(([path, data]) => {
    return `${path}\0${createHash('sha256').update(data).digest('hex')}\n`;
  });
  return createHash('sha256')
    .update([source, ...rows.sort()].join('\0'))
    .digest('hex');
}

/**
 * @param {Files} files
 * @param {string} source what the files were made from: another source is another digest
 */
export const digestOf = (files, source) =>
  digest(
    [...files].map(([path, { data }]) => [path, data]),
    source,
  );

/**
 * Whoever owns a file can change it between the check and the run: only its user, root, and who owns the repository may.
 *
 * @param {string} repository
 * @returns {ReadonlySet<number>}
 */
export const trustedOwners = (repository) => new Set([0, process.getuid?.() ?? 0, lstatSync(repository).uid]);

/**
 * The digest of what lies in a folder now. Links are not followed: one is an error, whatever it points to.
 *
 * @param {string} folder
 * @param {string} source
 * @param {ReadonlySet<number>} owners
 */
export function digestOfFolder(folder, source, owners) {
  /** @type {[string, Buffer][]} */
  const files = [];
  /** @param {string} below */
  const walk = (below) => {
    const path = join(folder, below);
    const { uid } = lstatSync(path);
    if (!owners.has(uid)) throw new Error(`${path} belongs to another user`);
    if (lstatSync(path).isDirectory()) {
      for (const name of readdirSync(path)) walk(below === '' ? name : `${below}/${name}`);
    } else if (lstatSync(path).isFile()) {
      files.push([below, readFileSync(path)]);
    } else {
      throw new Error(`${path} is neither a file nor a folder`);
    }
  };
  walk('');
  return digest(files, source);
}

/**
 * @param {Files} files
 * @param {string} folder
 */
export function writeFiles(files, folder) {
  for (const [path, { data, executable }] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), data, { mode: executable ? 0o755 : 0o644, flag: 'wx' });
  }
}

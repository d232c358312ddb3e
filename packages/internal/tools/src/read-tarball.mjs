// Reads a package of the registry in memory, so that nothing reaches the disk before its hash is known. Runs on Node 20.
import { gunzipSync } from 'node:zlib';

const BLOCK = 512;

/** @param {Buffer} header @param {number} from @param {number} length */
function text(header, from, length) {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

/** @param {Buffer} header @param {number} from @param {number} length */
function octal(header, from, length) {
  const digits = text(header, from, length).trim();
  if (!/^[0-7]+$/.test(digits)) throw new Error('a number in the tarball is not octal');
  return Number.parseInt(digits, 8);
}

/**
 * The path below the first folder, which npm calls `package`.
 *
 * @param {string} name
 */
function inside(name) {
  const [, ...parts] = name.split('/');
  const path = parts.join('/');
  if (parts.length === 0 || parts.some((part) => ['', '.', '..'].includes(part)) || /[\\:\0]/.test(path)) {
    throw new Error(`the tarball holds ${JSON.stringify(name)}, which would leave its folder`);
  }
  return path;
}

/**
 * The files of a package. Only plain files are read: a link, a device or a folder of its own is an error, and so is a name that
 * leaves the folder or comes twice.
 *
 * @param {Buffer} tarball gzipped, as the registry keeps it
 * @returns {ReadonlyMap<string, { readonly data: Buffer, readonly executable: boolean }>}
 */
export function readPackage(tarball) {
  const archive = gunzipSync(tarball);
  /** @type {Map<string, { data: Buffer, executable: boolean }>} */
  const files = new Map();
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return files;
    const [prefix, name] = [text(header, 345, 155), text(header, 0, 100)];
    const path = inside(prefix === '' ? name : `${prefix}/${name}`);
    const type = text(header, 156, 1);
    if (type !== '0' && type !== '') throw new Error(`${path} in the tarball is no plain file`);
    if (files.has(path)) throw new Error(`${path} is twice in the tarball`);
    const size = octal(header, 124, 12);
    const data = archive.subarray(at + BLOCK, at + BLOCK + size);
    if (data.length !== size) break;
    files.set(path, { data, executable: (octal(header, 100, 8) & 0o111) !== 0 });
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new Error('the tarball ends too early');
}

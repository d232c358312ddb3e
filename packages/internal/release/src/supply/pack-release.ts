// Packs each published package for the release workflow, into packages/internal/release/dist/packages. Beside the tarballs: `order.txt`, a
// line each in the order they are published in, and `SHA256SUMS` of all of it. Whoever has its digest has all. Needs a build.
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packAll } from '../../../tools/src/pack.ts';
import { integrityOf } from '../../../tools/src/pinned.mjs';
import { publishedPackages } from '../../../tools/src/workspace.ts';
import { publishOrder, sums } from './handed-over.ts';

const folder = fileURLToPath(new URL('../../dist/packages', import.meta.url));
const work = realpathSync(mkdtempSync(join(tmpdir(), 'workload-identity-release-')));
try {
  const packed = packAll(publishedPackages(), work);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const lines = publishOrder(packed).map(({ manifest: { name, version }, tarball }) => {
    const file = basename(tarball);
    copyFileSync(tarball, join(folder, file));
    return `${file} ${name}@${version} ${integrityOf(readFileSync(tarball))}\n`;
  });
  writeFileSync(join(folder, 'order.txt'), lines.join(''));
  writeFileSync(join(folder, 'SHA256SUMS'), sums(folder));
  console.log(lines.join('').trimEnd());
} finally {
  rmSync(work, { recursive: true });
}

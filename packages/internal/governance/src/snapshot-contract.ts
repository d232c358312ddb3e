// Keeps the contract as it is today as a release: packed, described, and additive to the one before. Needs a build.
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pnpm } from '../../tools/src/pnpm.mjs';
import { same } from './compare/difference.ts';
import { PACKAGES, type Release, readReleases, releasesOf, sha256 } from './released/release.ts';
import { refusals } from './released/succession.ts';
import { unpackRelease } from './released/unpack.ts';
import { describeCheckout, describeRelease, loadRelease } from './repository.ts';

const { values } = parseArgs({ options: { draft: { type: 'boolean', default: false } } });
const root = fileURLToPath(new URL('../../../../', import.meta.url));

function pack(folder: string): Record<string, string> {
  const filters = PACKAGES.flatMap((name) => ['--filter', `@workload-identity/${name}`]);
  const { status } = pnpm(['--recursive', ...filters, 'pack', '--pack-destination', folder], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('pnpm pack failed: was everything built?');
  const files = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  return Object.fromEntries(files.sort().map((file) => [file, sha256(join(folder, file))]));
}

async function write(contract: Release['contract'], work: string): Promise<readonly string[]> {
  const folder = join(work, 'release');
  mkdirSync(folder);
  const release: Release = {
    published: !values.draft,
    tarballs: pack(folder),
    contract,
    version: contract.package,
    folder,
  };
  const unpackedTo = join(work, 'unpacked');
  unpackRelease(release, root, unpackedTo);
  const packed = describeRelease(release, await loadRelease(release, unpackedTo));
  if (!same(packed, contract))
    return ['the packed packages hold another contract than the source: build them'];
  const { published, tarballs } = release;
  writeFileSync(
    join(folder, 'snapshot.json'),
    `${JSON.stringify({ published, tarballs, contract }, null, 1)}\n`,
  );
  const place = join(releasesOf(root), contract.package);
  rmSync(place, { recursive: true, force: true });
  renameSync(folder, place);
  return [];
}

const contract = await describeCheckout(root);
let problems = refusals(readReleases(root), contract);
if (problems.length === 0) {
  mkdirSync(releasesOf(root), { recursive: true });
  // Beside the place it goes to, so that it can be moved there whole.
  const work = mkdtempSync(join(releasesOf(root), '.taking-'));
  try {
    problems = await write(contract, work);
  } finally {
    rmSync(work, { recursive: true });
  }
}
for (const problem of problems) console.error(problem);
const kept = `packages/library/contract/released/${contract.package}`;
console.log(problems.length > 0 ? 'nothing was kept' : `kept ${kept}${values.draft ? ', a draft' : ''}`);
process.exitCode = problems.length > 0 ? 1 : 0;

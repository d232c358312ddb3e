// Keeps the contract as it is today as a release: packed, described, and additive to the one before. Needs a build.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pnpm } from '../../tools/src/pnpm.mjs';
import { loadCheckout, loadRelease } from './check.ts';
import { same } from './compare/difference.ts';
import { compareContracts } from './compare/rules.ts';
import { PACKAGES, type Release, readReleases, releasesOf, sha256 } from './released/release.ts';

const { values } = parseArgs({ options: { draft: { type: 'boolean', default: false } } });
const root = fileURLToPath(new URL('../../../', import.meta.url));

function fail(reason: string): never {
  console.error(reason);
  process.exit(1);
}

function pack(folder: string): Record<string, string> {
  const filters = PACKAGES.flatMap((name) => ['--filter', `@workload-identity/${name}`]);
  const { status } = pnpm(['--recursive', ...filters, 'pack', '--pack-destination', folder], { cwd: root });
  if (status !== 0) fail('pnpm pack failed: was everything built?');
  const files = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  return Object.fromEntries(files.sort().map((file) => [file, sha256(join(folder, file))]));
}

const [, contract] = await loadCheckout(root);
const releases = readReleases(root);
const known = releases.find(({ version }) => version === contract.package);
if (known?.published) fail(`${known.version} was released: bump the version first`);

const before = releases.filter(({ version }) => version !== contract.package).at(-1);
if (before !== undefined) {
  const broken = compareContracts(before.contract, contract).filter(({ additive }) => additive === undefined);
  for (const { what } of broken) console.error(`breaking: ${what}`);
  if (broken.length > 0) fail(`nothing was written: ${contract.package} would break ${before.version}`);
}

const folder = join(releasesOf(root), contract.package);
if (existsSync(folder)) rmSync(folder, { recursive: true });
mkdirSync(folder, { recursive: true });
const snapshot = { published: !values.draft, tarballs: pack(folder), contract };
writeFileSync(join(folder, 'snapshot.json'), `${JSON.stringify(snapshot, null, 1)}\n`);

const target = mkdtempSync(join(tmpdir(), 'workload-identity-release-'));
try {
  const release: Release = { ...snapshot, version: contract.package, folder };
  const [, packed] = await loadRelease(release, root, target);
  if (!same(packed, contract))
    fail('the packed packages hold another contract than the source: build, and try again');
} finally {
  rmSync(target, { recursive: true });
}
console.log(`${folder}: ${Object.keys(snapshot.tarballs).length} tarballs${values.draft ? ', a draft' : ''}`);

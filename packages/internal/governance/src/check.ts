import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { breaking, type Difference, same } from './compare/difference.ts';
import type { ContractDocument } from './compare/document.ts';
import { compareContracts } from './compare/rules.ts';
import { type Release, readReleases, releaseProblems } from './released/release.ts';
import { successionProblems } from './released/succession.ts';
import { unpackRelease } from './released/unpack.ts';
import {
  describeCheckout,
  describeRelease,
  docsOf,
  loadCheckout,
  loadRelease,
  staleSchemas,
} from './repository.ts';
import { type Compatibility, runCompatibility, runDifferences } from './runs/compatibility.ts';
import { compatibilityReport } from './runs/report.ts';
import type { Side } from './runs/side.ts';

/** What the check found. */
export interface CheckResult {
  readonly release: Release;
  readonly differences: readonly Difference[];
  /** What is wrong with the repository itself, not with the change. */
  readonly problems: readonly string[];
  readonly compatibility: Compatibility;
}

function versionDifference(release: Release, { package: version }: ContractDocument): readonly Difference[] {
  if (version === release.version) return [];
  return [
    breaking(
      `the version of the contract package went from ${release.version} to ${version} without packages/library/contract/released/${version}`,
      'everyone who compares with the last release: run `npm run contract:snapshot` in the change that bumps the version',
    ),
  ];
}

interface Runs {
  readonly compatibility: Compatibility;
  readonly differences: readonly Difference[];
}

interface Problems {
  readonly problems: readonly string[];
}

const NOT_RUN: Runs & Problems = {
  compatibility: { outcomes: [], vectors: [] },
  differences: [],
  problems: [],
};

/** Runs both directions. A checkout whose packages do not even load breaks everyone. */
async function run(root: string, release: Release, packed: Side, today: ContractDocument): Promise<Runs> {
  let side: Side;
  try {
    side = await loadCheckout(root);
  } catch (error) {
    const what = `the packages of this checkout do not load: ${String(error)}`;
    return { ...NOT_RUN, differences: [breaking(what, 'everyone')] };
  }
  const compatibility = await runCompatibility([packed, release.contract], [side, today]);
  return { compatibility, differences: runDifferences(compatibility) };
}

/** Runs a release, unpacked, against the checkout; it must be what its snapshot says. */
async function runRelease(root: string, release: Release, today: ContractDocument): Promise<Runs & Problems> {
  const target = realpathSync(mkdtempSync(join(tmpdir(), 'workload-identity-release-')));
  try {
    unpackRelease(release, root, target);
    const packed = await loadRelease(release, target);
    const honest = same(describeRelease(release, packed), release.contract);
    const problem = `release ${release.version}: its snapshot does not say what its tarballs hold`;
    return { ...(await run(root, release, packed, today)), problems: honest ? [] : [problem] };
  } finally {
    rmSync(target, { recursive: true });
  }
}

/** Checks the contract of a checkout against the newest release it keeps. */
export async function checkContract(root: string): Promise<CheckResult> {
  const releases = readReleases(root);
  const release = releases.at(-1);
  if (release === undefined)
    throw new Error('no release is kept: run `npm run contract:snapshot -- --draft`');
  const today = await describeCheckout(root);
  const changed = releases.flatMap(releaseProblems);
  // Files that were changed after the release are not run.
  const runs = changed.length > 0 ? NOT_RUN : await runRelease(root, release, today);
  return {
    release,
    compatibility: runs.compatibility,
    differences: [
      ...versionDifference(release, today),
      ...compareContracts(release.contract, today),
      ...runs.differences,
    ],
    problems: [...changed, ...successionProblems(releases), ...runs.problems, ...(await staleSchemas(root))],
  };
}

/** Writes `docs/contract/compatibility.md`, or tells that it is out of date. */
export function updateReport(root: string, result: CheckResult, write: boolean): readonly string[] {
  const { release, compatibility, differences } = result;
  const text = compatibilityReport(release.version, release.published, compatibility, differences);
  const file = join(docsOf(root), 'compatibility.md');
  if (write) writeFileSync(file, text);
  const current = existsSync(file) && readFileSync(file, 'utf8') === text;
  return current
    ? []
    : ['docs/contract/compatibility.md is out of date: run `npm run contract:check -- --write`'];
}

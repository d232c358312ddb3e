import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeContract } from './compare/describe.ts';
import { breaking, type Difference, same } from './compare/difference.ts';
import type { ContractDocument } from './compare/document.ts';
import { compareContracts } from './compare/rules.ts';
import { type Release, readReleases, releaseProblems } from './released/release.ts';
import { unpacked, unpackRelease } from './released/unpack.ts';
import { type Compatibility, runCompatibility, runDifferences } from './runs/compatibility.ts';
import { compatibilityReport } from './runs/report.ts';
import { loadSide, type Side } from './runs/side.ts';

/** What the check found. */
export interface CheckResult {
  readonly release: Release;
  readonly differences: readonly Difference[];
  /** What is wrong with the repository itself, not with the change. */
  readonly problems: readonly string[];
  readonly compatibility: Compatibility;
}

const docsOf = (root: string): string => join(root, 'docs', 'contract');

/** This checkout: its packages from source, and its contract. */
export async function loadCheckout(root: string): Promise<readonly [Side, ContractDocument]> {
  const side = await loadSide('this checkout', (name) => join(root, 'packages', name));
  return [side, describeContract(side.folder, side.contract, docsOf(root))];
}

/** A packed release, and the contract it holds. @param target an empty folder to unpack into */
export async function loadRelease(
  release: Release,
  root: string,
  target: string,
): Promise<readonly [Side, ContractDocument]> {
  unpackRelease(release, root, target);
  const side = await loadSide(release.version, (name) => unpacked(target, name));
  // The specification is not packed.
  const { specifications } = release.contract;
  return [side, { ...describeContract(side.folder, side.contract, docsOf(root)), specifications }];
}

/** The schemas are generated: what they say must be what the code says. */
async function staleSchemas(root: string): Promise<readonly string[]> {
  const folder = join(root, 'packages', 'contract');
  const file = pathToFileURL(join(folder, 'scripts', 'json-schemas.ts')).href;
  const { jsonSchemas } = (await import(file)) as { jsonSchemas(): ReadonlyMap<string, string> };
  return [...jsonSchemas()]
    .filter(([name, text]) => readFileSync(join(folder, 'schemas', name), 'utf8') !== text)
    .map(
      ([name]) =>
        `schemas/${name} is not what the code says: run the script \`generate\` of packages/contract`,
    );
}

function versionDifference(release: Release, { package: version }: ContractDocument): readonly Difference[] {
  if (version === release.version) return [];
  return [
    breaking(
      `the version of the contract package went from ${release.version} to ${version} without packages/contract/released/${version}`,
      'everyone who compares with the last release: run `npm run contract:snapshot` in the change that bumps the version',
    ),
  ];
}

/** A new snapshot must not launder what the check would have stopped. */
function successionProblems(releases: readonly Release[]): readonly string[] {
  return releases.slice(1).flatMap((release, index) => {
    const before = releases[index] as Release;
    return compareContracts(before.contract, release.contract)
      .filter(({ additive }) => additive === undefined)
      .map(({ what }) => `release ${release.version} broke ${before.version}: ${what}`);
  });
}

/** Checks the contract of a checkout against the newest release it keeps. */
export async function checkContract(root: string): Promise<CheckResult> {
  const releases = readReleases(root);
  const release = releases.at(-1);
  if (release === undefined)
    throw new Error('no release is kept: run `npm run contract:snapshot -- --draft`');
  const target = realpathSync(mkdtempSync(join(tmpdir(), 'workload-identity-release-')));
  try {
    const packed = await loadRelease(release, root, target);
    const today = await loadCheckout(root);
    const compatibility = await runCompatibility(packed, today);
    return {
      release,
      compatibility,
      differences: [
        ...versionDifference(release, today[1]),
        ...compareContracts(release.contract, today[1]),
        ...runDifferences(compatibility),
      ],
      problems: [
        ...releases.flatMap(releaseProblems),
        ...successionProblems(releases),
        ...(same(packed[1], release.contract)
          ? []
          : [`release ${release.version}: its snapshot does not say what its tarballs hold`]),
        ...(await staleSchemas(root)),
      ],
    };
  } finally {
    rmSync(target, { recursive: true });
  }
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

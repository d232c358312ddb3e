import { compareContracts } from '../compare/rules.ts';
import { isRelease, type Release } from './release.ts';

const broken = (before: Release, after: Release['contract']): readonly string[] =>
  compareContracts(before.contract, after)
    .filter(({ additive }) => additive === undefined)
    .map(({ what }) => what);

/** Why today's contract may not be kept as a release; empty where it may. A draft may be taken again. */
export function refusals(releases: readonly Release[], contract: Release['contract']): readonly string[] {
  if (!isRelease(contract.package)) return [`${contract.package} is no release: only releases are kept`];
  const known = releases.find(({ version }) => version === contract.package);
  if (known?.published) return [`${known.version} was released: bump the version first`];
  const before = releases.filter((release) => release !== known).at(-1);
  return before === undefined
    ? []
    : broken(before, contract).map((what) => `it would break ${before.version}: ${what}`);
}

/** Where a kept release broke the one before: a new snapshot must not launder what the check would have stopped. */
export function successionProblems(releases: readonly Release[]): readonly string[] {
  return releases.slice(1).flatMap((release, index) => {
    const before = releases[index] as Release;
    return broken(before, release.contract).map(
      (what) => `release ${release.version} broke ${before.version}: ${what}`,
    );
  });
}

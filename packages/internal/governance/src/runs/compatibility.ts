import type { Difference } from '../compare/difference.ts';
import type { ContractDocument } from '../compare/document.ts';
import { type Outcome, runDirection } from './run.ts';
import type { Side } from './side.ts';
import { TOKENS, tokenWithNewClaim } from './tokens.ts';
import { runVectors, type VectorRun } from './vectors.ts';

/** Vectors of one side on the verifier of the other. */
export interface NamedVectorRun extends VectorRun {
  readonly name: string;
}

/** All that was run between the release and this checkout. */
export interface Compatibility {
  readonly outcomes: readonly Outcome[];
  readonly vectors: readonly NamedVectorRun[];
}

/** Claims that the contract of today has and the release has not. */
function newClaims(before: ContractDocument, after: ContractDocument): readonly string[] {
  const claims = (document: ContractDocument) =>
    Object.keys((document.versions['1']?.schemas.claims?.properties ?? {}) as object);
  const known = claims(before);
  return claims(after).filter((name) => !known.includes(name));
}

/** Runs both directions: each side verifies what the other mints. */
export async function runCompatibility(
  [release, before]: readonly [Side, ContractDocument],
  [today, after]: readonly [Side, ContractDocument],
): Promise<Compatibility> {
  const added = newClaims(before, after).map((name) => tokenWithNewClaim(name, 'x'));
  const outcomes = [
    ...(await runDirection(release, today, TOKENS)),
    ...(await runDirection(today, release, [...TOKENS, ...added])),
  ];
  const vectors: NamedVectorRun[] = [];
  for (const version of Object.keys(before.versions)) {
    const frozen = await runVectors(today, release, version, 'all');
    const fresh = await runVectors(release, today, version, 'valid');
    vectors.push(
      { name: `v${version}, frozen vectors of ${release.name} → verifier of ${today.name}`, ...frozen },
      { name: `v${version}, vectors to accept of ${today.name} → verifier of ${release.name}`, ...fresh },
    );
  }
  return { outcomes, vectors };
}

/** What failed, a difference each, named by direction. Many tokens that fail alike are one. */
export function runDifferences({ outcomes, vectors }: Compatibility): readonly Difference[] {
  const groups = new Map<string, string[]>();
  for (const { signer, token, minter, verifier, failure } of outcomes) {
    if (failure === undefined) continue;
    const what = `minter of ${minter} → verifier of ${verifier}: ${token}: ${failure}`;
    groups.set(what, [...(groups.get(what) ?? []), signer]);
  }
  const tokens = [...groups].map(([what, signers]) => ({
    what,
    breaks: [`signed by ${listed(signers, 3)}`],
  }));
  const wrong = vectors.filter(({ failures }) => failures.length > 0);
  return [
    ...tokens,
    ...wrong.map(({ name, failures, count }) => ({
      what: `${name}: ${failures.length} of ${count} have another verdict`,
      breaks: [listed(failures, 5)],
    })),
  ];
}

function listed(names: readonly string[], most: number): string {
  const more = names.length > most ? ` and ${names.length - most} more` : '';
  return `${names.slice(0, most).join('; ')}${more}`;
}

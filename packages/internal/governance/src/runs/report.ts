import type { Difference } from '../compare/difference.ts';
import type { Compatibility } from './compatibility.ts';
import type { Outcome } from './run.ts';

type Row = readonly string[];

function table(head: Row, rows: readonly Row[]): string {
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => [...(row[at] ?? '')].length)));
  const line = (cells: Row): string =>
    `| ${cells.map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - [...cell].length)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** `12 of 12`, over the outcomes of one direction. */
function score(outcomes: readonly Outcome[], minter: string, verifier: string): string {
  const run = outcomes.filter((one) => one.minter === minter && one.verifier === verifier);
  return run.length === 0
    ? '–'
    : `${run.filter(({ failure }) => failure === undefined).length} of ${run.length}`;
}

function scores(
  outcomes: readonly Outcome[],
  by: 'signer' | 'token',
  release: string,
  today: string,
): readonly Row[] {
  return [...new Set(outcomes.map((one) => one[by]))].map((name) => {
    const own = outcomes.filter((one) => one[by] === name);
    return [name, score(own, release, today), score(own, today, release)];
  });
}

/** `docs/contract/compatibility.md`, as text. */
export function compatibilityReport(
  version: string,
  published: boolean,
  { outcomes, vectors }: Compatibility,
  differences: readonly Difference[],
): string {
  const [release, today] = [version, 'this checkout'];
  const head = [`${release} mints, ${today} verifies`, `${today} mints, ${release} verifies`];
  const additions = differences.filter(({ additive }) => additive !== undefined);
  const frozen = vectors.map(({ name, count, failures }) => [name, `${count - failures.length} of ${count}`]);
  return `# Compatibility

What a minter of one release writes, a verifier of the other accepts: here the last release, ${version}, and this checkout.
${published ? '' : `${version} is a draft that holds the place of the first release; it was never published.\n`}Both were run, from the packed release kept in \`packages/library/contract/released/${version}\` and from source. Accepted means: with
the same subject, issuer, audience, roles, confirmation, times and claims.

This file is generated: \`npm run contract:check -- --write\`.

## By signer

${table(['signed by', ...head], scores(outcomes, 'signer', release, today))}

## By claim

${table(['token with', ...head], scores(outcomes, 'token', release, today))}

## Vectors

${table(['vectors', 'same verdict'], frozen)}

## Added since ${version}

${additions.length === 0 ? 'Nothing.' : additions.map(({ what, additive }) => `- ${what}: ${additive}`).join('\n')}
`;
}

import { REASONS, type Reason } from './reasons.ts';
import type { Case, Difference, Outcome, Suite, Verdict } from './suite.ts';

function reasonFor(suite: string, kind: Reason['kind'], id: string): Reason | undefined {
  return REASONS.find((row) => row.suite === suite && row.kind === kind && row.ids.test(id));
}

function differenceOf(suite: string, { id, expected }: Case, verdict: Verdict): Difference | undefined {
  if (verdict === expected) return undefined;
  if (expected === 'refuse') return { id, kind: 'looser' };
  const reason = reasonFor(suite, 'stricter', id)?.reason;
  return { id, kind: 'stricter', ...(reason === undefined ? undefined : { reason }) };
}

/** Runs every case of a suite that is not skipped with a reason. */
export async function runSuite(suite: Suite): Promise<Outcome> {
  const { name } = suite;
  const cases = await suite.cases();
  const differences: Difference[] = [];
  for (const one of cases) {
    const skipped = reasonFor(name, 'skipped', one.id);
    const difference: Difference | undefined = skipped
      ? { id: one.id, kind: 'skipped', reason: skipped.reason }
      : differenceOf(name, one, await one.verdict());
    if (difference !== undefined) differences.push(difference);
  }
  const count = (kind: Difference['kind']): number => differences.filter((one) => one.kind === kind).length;
  const totals = {
    name,
    cases: cases.length,
    agree: cases.length - differences.length,
    stricter: count('stricter'),
    looser: count('looser'),
    skipped: count('skipped'),
  };
  return { totals, differences };
}

/** What makes a run fail: a looser verdict, a difference without a reason, a reason without a case. */
export function failuresOf(outcomes: readonly Outcome[]): readonly string[] {
  const unexplained = outcomes.flatMap(({ totals, differences }) =>
    differences
      .filter(({ reason }) => reason === undefined)
      .map(({ id, kind }) => `${totals.name}: ${kind} without a reason: ${id}`),
  );
  const unused = REASONS.filter((row) => !isUsed(row, outcomes)).map(
    ({ suite, ids }) => `${suite}: no case needs the reason for ${ids}`,
  );
  return [...unexplained, ...unused];
}

function isUsed(row: Reason, outcomes: readonly Outcome[]): boolean {
  return outcomes.some(
    ({ totals, differences }) =>
      totals.name === row.suite && differences.some(({ id, kind }) => kind === row.kind && row.ids.test(id)),
  );
}

import type { Difference, Outcome, Totals } from './suite.ts';

const COLUMNS = ['cases', 'agree', 'stricter', 'looser', 'skipped'] as const;
const NAME_WIDTH = 38;

function row(name: string, cells: readonly (string | number)[]): string {
  return name.padEnd(NAME_WIDTH) + cells.map((cell) => String(cell).padStart(10)).join('');
}

function total(outcomes: readonly Outcome[], column: (typeof COLUMNS)[number]): number {
  return outcomes.reduce((sum, { totals }) => sum + totals[column], 0);
}

function grouped(differences: readonly Difference[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { kind, reason = 'no reason' } of differences) {
    const line = `${kind}: ${reason}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => `  ${String(count).padStart(4)} ${line}`);
}

/** The totals by suite, and why cases differ or were left out. */
export function reportOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ totals }) =>
    row(
      totals.name,
      COLUMNS.map((column) => totals[column]),
    ),
  );
  const sums = row(
    'total',
    COLUMNS.map((column) => total(outcomes, column)),
  );
  const reasons = outcomes
    .filter(({ differences }) => differences.length > 0)
    .flatMap(({ totals, differences }) => ['', totals.name, ...grouped(differences)]);
  return [row('suite', COLUMNS), ...rows, sums, ...reasons, ''].join('\n');
}

/** The totals as JSON. */
export function jsonOf(outcomes: readonly Outcome[]): string {
  const suites: readonly Totals[] = outcomes.map(({ totals }) => totals);
  return `${JSON.stringify({ suites }, null, 2)}\n`;
}

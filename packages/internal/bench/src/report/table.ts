import type { Row } from '../measure/rows.ts';
import { amount, ratio, verdict } from './figures.ts';

const HEADINGS = ['', 'ours', 'against', '', 'ratio (quartiles)', 'target'] as const;

function cellsOf(row: Row): readonly string[] {
  return [
    row.what,
    amount(row.ours, row.unit),
    row.against,
    amount(row.peer, row.unit),
    ratio(row),
    verdict(row),
  ];
}

/** Rows as a table for people, in plain text. */
export function textTable(rows: readonly Row[]): string {
  const cells = [HEADINGS, ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 1 || column === 3 ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Rows as a table in Markdown. */
export function markdownTable(rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(['', 'ours', 'against', '', 'ratio (quartiles)', 'target']),
    line(['---', '--:', '---', '--:', '---', '---']),
    ...rows.map((row) => line(cellsOf(row))),
  ].join('\n');
}

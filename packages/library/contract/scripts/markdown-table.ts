/** A Markdown table with its columns aligned. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, at) => Math.max(3, ...[head, ...rows].map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[], fill: string) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0, fill)).join(' | ')} |`;
  return [line(head, ' '), line(Array(head.length).fill(''), '-'), ...rows.map((row) => line(row, ' '))].join(
    '\n',
  );
}

/**
 * Replaces the rows of the one table of a document that has this head, from a given row on.
 * @param from the text of the first cell of the first generated row
 */
export function replaceRows(
  text: string,
  head: readonly string[],
  from: string,
  rows: readonly (readonly string[])[],
): string {
  const lines = text.split('\n');
  const cells = (line: string): string[] =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const isHead = (line: string): boolean => JSON.stringify(cells(line)) === JSON.stringify(head);
  const start = lines.findIndex(isHead);
  if (start < 0) throw new Error(`no table has the head ${head.join(', ')}`);
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  const all = lines.slice(start + 2, start + length).map(cells);
  const kept = all.slice(
    0,
    all.findIndex(([first]) => first === from),
  );
  lines.splice(start, length, markdownTable(head, [...kept, ...rows]));
  return lines.join('\n');
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '../measure/rows.ts';
import type { Machine } from './machine.ts';
import { picture } from './picture.ts';
import { summary } from './summary.ts';
import { markdownTable } from './table.ts';

const DOCS = join(import.meta.dirname, '..', '..', '..', '..', '..', 'docs');
const BEGIN = '<!-- figures: written by `npm run bench` -->';
const END = '<!-- end of the figures -->';

/** One section of a report. */
export interface Part {
  readonly title: string;
  readonly rows: readonly Row[];
}

function figures(parts: readonly Part[], machine: Machine): string {
  const rows = parts.flatMap((part) => part.rows);
  return [
    `Node ${machine.node} with OpenSSL ${machine.openssl} on ${machine.processors} processors (${machine.processor}), ${machine.memory}, ${machine.system}. Load of the machine when the run began: ${machine.load}.`,
    '',
    '```text',
    summary(rows, true),
    '```',
    ...parts.flatMap(({ title, rows: own }) => ['', `### ${title}`, '', markdownTable(own)]),
  ].join('\n');
}

/**
 * Puts the figures between the two marks of a page.
 * @throws Error where a mark is missing
 */
export function withFigures(page: string, text: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('docs/performance.md has lost the marks of its figures');
  return `${page.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${page.slice(end)}`;
}

/**
 * Writes the picture and the figures of the documentation: both of one run.
 * @param docs the folder of the documentation
 */
export function writeDocs(parts: readonly Part[], machine: Machine, docs: string = DOCS): void {
  const page = join(docs, 'performance.md');
  writeFileSync(page, withFigures(readFileSync(page, 'utf8'), figures(parts, machine)));
  writeFileSync(
    join(docs, 'bench.svg'),
    picture(
      parts.flatMap((part) => part.rows),
      machine,
    ),
  );
}

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withFigures, writeDocs } from './docs.ts';
import { picture } from './picture.ts';
import { MACHINE, row } from './rows.fixture.ts';
import { markdownTable } from './table.ts';

const PAGE = join(import.meta.dirname, '..', '..', '..', '..', '..', 'docs', 'performance.md');
const MARKS = /(<!-- figures.*?-->)([\s\S]*?)(<!-- end of the figures -->)/;
const parts = [
  { title: 'One', rows: [row('verify-es256')] },
  { title: 'Two', rows: [row('mint-es256')] },
];

describe('figures in a page', () => {
  const page =
    'before\n<!-- figures: written by `npm run bench` -->\nold\n<!-- end of the figures -->\nafter\n';

  test('replace what is between the marks, and nothing else', () => {
    const changed = withFigures(page, 'new');
    expect(changed).toBe(page.replace('\nold\n', '\n\nnew\n\n'));
    expect(withFigures(changed, 'newer')).toBe(page.replace('\nold\n', '\n\nnewer\n\n'));
  });

  test('are put in as they are', () => {
    expect(withFigures(page, "$& $1 $` $'")).toContain("$& $1 $` $'");
  });

  test.each([
    ['the first', page.replace(/<!-- figures.*-->/, '')],
    ['the last', page.replace('<!-- end of the figures -->', '')],
    ['both', ''],
    ['their order', '<!-- end of the figures --><!-- figures: written by `npm run bench` -->'],
  ])('are refused by a page that has lost %s', (_, broken) => {
    expect(() => withFigures(broken, 'new')).toThrow('marks');
  });
});

describe('the documentation', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'workload-identity-bench-docs-'));
    cpSync(PAGE, join(folder, 'performance.md'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const written = (): string => readFileSync(join(folder, 'performance.md'), 'utf8');

  test('gets the tables and the picture of one run', () => {
    const before = written();
    writeDocs(parts, MACHINE, folder);
    const [, , figures = ''] = MARKS.exec(written()) ?? [];
    for (const { title, rows } of parts) expect(figures).toContain(`### ${title}\n\n${markdownTable(rows)}`);
    expect(figures).toContain('Node 24.0.1 with OpenSSL 3.5.8');
    expect(figures).toContain('verify-ps256 was not measured');
    expect(readFileSync(join(folder, 'bench.svg'), 'utf8')).toBe(
      picture(
        parts.flatMap(({ rows }) => rows),
        MACHINE,
      ),
    );
    expect(readdirSync(folder).sort()).toEqual(['bench.svg', 'performance.md']);
    expect(written().replace(MARKS, '')).toBe(before.replace(MARKS, ''));
  });

  test('is the same after a second time', () => {
    writeDocs(parts, MACHINE, folder);
    const once = written();
    writeDocs(parts, MACHINE, folder);
    expect(written()).toBe(once);
  });

  test('without marks is left as it is, and no picture is made', () => {
    writeFileSync(join(folder, 'performance.md'), 'no marks');
    expect(() => writeDocs(parts, MACHINE, folder)).toThrow('marks');
    expect(readdirSync(folder)).toEqual(['performance.md']);
    expect(written()).toBe('no marks');
  });
});

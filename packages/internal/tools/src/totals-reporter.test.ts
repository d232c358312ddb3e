import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from './workspace.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'totals-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(name: string, text: string): { code: number | null; last: string | undefined; out: string } {
  const reporter = join(root, 'packages', 'internal', 'tools', 'src', 'totals-reporter.ts');
  const test = { globals: true, include: [`${name}.check.ts`], reporters: [reporter] };
  writeFileSync(join(folder, `${name}.check.ts`), text);
  writeFileSync(join(folder, 'vitest.config.mjs'), `export default ${JSON.stringify({ test })};`);
  const args = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--root', folder];
  const { WORKLOAD_IDENTITY_TOTALS: _, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  return { code: status, last: stdout.trimEnd().split('\n').at(-1), out: stdout };
}

const cases: [name: string, code: number, last: string, text: string][] = [
  [
    'passed',
    0,
    '2 passed, 0 failed, 0 skipped',
    `it('a', () => {}); describe('s', () => { it('b', () => {}); });`,
  ],
  [
    'failed',
    1,
    '1 passed, 1 failed, 0 skipped',
    `it('a', () => {}); it('b', () => { throw new Error('no'); });`,
  ],
  ['import', 1, '0 passed, 1 failed, 0 skipped', `await import('./missing.ts'); it('a', () => {});`],
  [
    'suite',
    1,
    '0 passed, 1 failed, 1 skipped',
    `describe('s', () => { beforeAll(() => { throw new Error('no'); }); it('a', () => {}); });`,
  ],
  [
    'unhandled',
    1,
    '1 passed, 1 failed, 0 skipped',
    `it('a', async () => { Promise.reject(new Error('lost')); await new Promise((done) => setImmediate(done)); });`,
  ],
];

it.each(cases)('counts a run with: %s', (name, code, last, text) => {
  expect(run(name, text)).toMatchObject({ code, last });
});

it('names what was skipped, and why', () => {
  const { code, last, out } = run(
    'skipped',
    `it('a', () => {}); it('b', ({ skip }) => skip('no device here'));`,
  );
  expect({ code, last }).toEqual({ code: 0, last: '1 passed, 0 failed, 1 skipped' });
  expect(out).toContain('skipped: skipped.check.ts > b: no device here');
});

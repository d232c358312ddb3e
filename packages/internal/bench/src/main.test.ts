import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TARGETS } from './measure/targets.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'workload-identity-bench-run-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { encoding: 'utf8' });

const finite = (value: unknown): boolean => Number.isFinite(value);

describe('npm run bench', () => {
  test('prints tables, writes every figure as JSON, and names what misses its target', () => {
    const file = join(folder, 'figures.json');
    const { status, stdout, stderr } = run('--quick', '--json', file, '--only', 'repeated,verify,growth');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { machine, quick, rows } = JSON.parse(readFileSync(file, 'utf8'));
    expect(machine).toMatchObject({ node: process.versions.node, openssl: process.versions.openssl });
    expect(quick).toBe(true);
    for (const row of rows) {
      expect(row).toEqual({
        id: expect.stringMatching(/^[a-z0-9-]+(\/[a-z0-9-]+)?$/),
        what: expect.any(String),
        unit: 'µs',
        ours: expect.toSatisfy(finite),
        against: expect.any(String),
        peer: expect.toSatisfy(finite),
        ratio: expect.toSatisfy(finite),
        spread: [expect.toSatisfy(finite), expect.toSatisfy(finite)],
        target: TARGETS.get(row.id)?.limit ?? null,
        sense: TARGETS.get(row.id)?.sense ?? null,
        met: TARGETS.has(row.id) ? expect.any(Boolean) : null,
      });
      expect(row.ours).toBeGreaterThan(0);
      expect(stdout).toContain(row.what);
      if (row.met === false) expect(stdout).toContain(`MISSED  ${row.what}`);
    }
    const judged = rows.filter(({ met }: { met: boolean | null }) => met !== null);
    const met = judged.filter((row: { met: boolean }) => row.met);
    expect(judged).toHaveLength(6);
    expect(stdout).toContain(`${met.length} of 6 targets met`);
    expect(stdout).toContain('its figures mean nothing');
  }, 60_000);

  test('refuses what it does not know, and says what there is', () => {
    const { status, stdout, stderr } = run('--only', 'everything');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('no section everything: there are repeated, verify, mint');
    expect(stderr).toContain('--json FILE');
  });

  test('finds out that it cannot write before it measures', () => {
    const file = join(folder, 'no', 'such', 'folder.json');
    const { status, stdout, stderr } = run('--quick', '--json', file, '--only', 'verify');
    expect(status).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain('ENOENT');
    expect(existsSync(file)).toBe(false);
  });
});

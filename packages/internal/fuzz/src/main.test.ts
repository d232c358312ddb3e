import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const run = (...args: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { encoding: 'utf8' });

it('shares the cases of a target out to workers, and tells how often each verdict came out', () => {
  const { status, stdout, stderr } = run(
    '--only',
    'identifiers',
    '--seed',
    '1',
    '--runs',
    '301',
    '--workers',
    '2',
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('seed 1, 2 workers');
  expect(stdout).toMatch(/identifiers: 301 names in [0-9.]+ s, [0-9,]+ a second, 0 found/);
  expect(stdout).toMatch(/[0-9]+ {2}parseWorkloadId: taken/);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('nothing found; seed 1');
}, 60_000);

it('refuses what it does not know, and says what there is', () => {
  const { status, stdout, stderr } = run('--only', 'everything');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(
    'no target everything: there are tokens, bundles, configuration, identifiers, certificates, costs',
  );
});

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('the demo ends with everything as it should be', { timeout: 120_000 }, () => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [main], { encoding: 'utf8' });
  expect(stdout + stderr).toContain('All as it should be.');
  expect(stdout).not.toContain('✗');
  expect(status).toBe(0);
});

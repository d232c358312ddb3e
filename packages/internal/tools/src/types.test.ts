import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './workspace.ts';

function compile(project: string): { code: number | null; output: string } {
  const tsc = join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
  const args = [tsc, '--noEmit', '--pretty', 'false', '--project', project];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return { code: status, output: stdout.trim() };
}

it('compiles, type tests (*.test-d.ts) included: each misuse in them is an error, each use is not', () => {
  expect(compile(root)).toEqual({ code: 0, output: '' });
});

it('would see a misuse that compiles', () => {
  const folder = mkdtempSync(join(tmpdir(), 'workload-identity-types-'));
  try {
    writeFileSync(
      join(folder, 'misuse.test-d.ts'),
      '// @ts-expect-error: but it is fine\nexport const fine = 1;\n',
    );
    writeFileSync(
      join(folder, 'tsconfig.json'),
      '{ "compilerOptions": { "types": [] }, "include": ["*.ts"] }',
    );
    expect(compile(folder)).toEqual({ code: 1, output: expect.stringContaining('TS2578') });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { scripts } from '../../tools/src/scripts.mjs';
import { workspacePackages } from '../../tools/src/workspace.ts';
import { copyRepository } from '../src/rehearsal/copy.ts';
import { root } from './pages.ts';

let copy = '';

/** Runs `npm run check:dependencies` on the copy, as far as it goes, and gives what it printed. */
function check(): { status: number | null; output: string } {
  const env = {
    ...process.env,
    PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
  };
  let output = '';
  for (const [tool, ...args] of scripts['check:dependencies']) {
    const { status, stdout, stderr } = spawnSync(tool, args, { cwd: copy, env, encoding: 'utf8' });
    output += stdout + stderr;
    if (status !== 0) return { status, output };
  }
  return { status: 0, output };
}

/** Changes one file of the copy, and takes it back when the test is over. */
function change(file: string, edit: (path: string) => void): void {
  const path = join(copy, file);
  const before = readFileSync(path);
  onTestFinished(() => writeFileSync(path, before));
  edit(path);
}

beforeAll(async () => {
  copy = realpathSync(mkdtempSync(join(tmpdir(), 'workload-identity-dependencies-')));
  await copyRepository(copy);
  for (const folder of ['', ...workspacePackages().map((one) => one.location)]) {
    const installed = join(root, folder, 'node_modules');
    if (existsSync(installed)) symlinkSync(installed, join(copy, folder, 'node_modules'), 'junction');
  }
  return () => rmSync(copy, { recursive: true });
});

describe('every dependency is used and every import declared', () => {
  it('here', () => {
    expect(check()).toEqual({ status: 0, output: '' });
  }, 60_000);

  // One run for all of a kind: a run takes seconds.
  it('an import that is not declared is named: in source, in a test, and of what is not even installed', () => {
    // What is declared for development alone, and imported by what is published, `npm run check:imports` finds.
    const planted = [
      ['packages/library/core/src/index.ts', 'zod'],
      ['packages/library/core/src/options.test.ts', 'express'],
      ['packages/adapters/express/src/index.ts', 'left-out'],
    ] as const;
    for (const [file, name] of planted) change(file, (path) => appendFileSync(path, `import '${name}';\n`));
    const { status, output } = check();
    expect(status).not.toBe(0);
    expect(output).toMatch(/^Unlisted dependencies \(3\)$/m);
    for (const [file, name] of planted) expect(output).toMatch(new RegExp(`^${name} +${file}`, 'm'));
  }, 60_000);

  it('a dependency that nothing uses is named: of a package, for its development, of the workspace', () => {
    const planted = [
      ['packages/library/core/package.json', 'dependencies', 'zod'],
      ['packages/adapters/express/package.json', 'devDependencies', 'jose'],
      ['package.json', 'devDependencies', 'left-out'],
    ] as const;
    for (const [file, field, name] of planted) {
      change(file, (path) => {
        const manifest = JSON.parse(readFileSync(path, 'utf8'));
        writeFileSync(
          path,
          JSON.stringify({ ...manifest, [field]: { ...manifest[field], [name]: '^1.0.0' } }),
        );
      });
    }
    const { status, output } = check();
    expect(status).not.toBe(0);
    expect(output).toMatch(/^Unused dependencies \(1\)$/m);
    expect(output).toMatch(/^Unused devDependencies \(2\)$/m);
    for (const [file, , name] of planted) expect(output).toMatch(new RegExp(`^${name} +${file}`, 'm'));
  }, 60_000);
});

import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { scripts } from '../../tools/src/scripts.mjs';
import { packageNamed } from '../../tools/src/workspace.ts';
import { commit, copyRepository, writeChangeset } from '../src/rehearsal/copy.ts';
import { run } from '../src/rehearsal/run.ts';
import { root } from './pages.ts';

let copy = '';

/** What `npm run check:changeset` says of the copy, as the workflow for changes runs it. */
function check(): { status: number | null; output: string } {
  const script = scripts['check:changeset'][0]?.[1] ?? '';
  const args = [join(root, script), '--root', copy, '--since', 'origin/main'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

const edit = (file: string): void => appendFileSync(join(copy, file), '\n');

function setVersion(folder: string, version: string): void {
  const file = join(copy, packageNamed(folder).location, 'package.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), version }));
}

const missing = (name: string): string =>
  `@workload-identity/${name} is edited, and no changeset of this change names it`;

beforeEach(async () => {
  copy = realpathSync(mkdtempSync(join(tmpdir(), 'workload-identity-changeset-')));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  await copyRepository(copy);
  writeChangeset(copy, 'core', 'patch', 'One that waits already.');
  await commit(copy, 'Wait');
  await run('git', ['update-ref', 'refs/remotes/origin/main', 'HEAD'], { cwd: copy });
  await run('git', ['switch', '--quiet', '--create', 'change'], { cwd: copy });
});

describe('a change', () => {
  it('of a published package fails without a changeset of its own, and passes with one', async () => {
    expect(check().status).toBe(0);
    edit('packages/adapters/express/src/index.ts');
    for (const step of [() => undefined, () => commit(copy, 'Edit a package')]) {
      await step();
      const { status, output } = check();
      expect(output).toContain(missing('express'));
      expect(output).not.toContain(missing('core'));
      expect(status).toBe(1);
    }
    writeChangeset(copy, 'express', 'patch', 'Say what changed.');
    await commit(copy, 'Add a changeset');
    expect(check().status).toBe(0);
  });

  it('fails though a changeset of another package comes with it, or one of the package waits already', async () => {
    edit('packages/library/core/README.md');
    writeChangeset(copy, 'express', 'patch', 'Another.');
    await commit(copy, 'Edit a package');
    const { status, output } = check();
    expect(output).toContain(missing('core'));
    expect(status).toBe(1);
  });

  it('of what nobody installs needs none', () => {
    edit('packages/internal/bench/package.json');
    edit('docs/README.md');
    edit('packages/library/contract/released/0.1.0/snapshot.json');
    expect(check()).toMatchObject({ status: 0 });
  });

  it('that says itself that nothing of it needs a release passes', () => {
    edit('packages/library/core/README.md');
    writeFileSync(join(copy, '.changeset/none.md'), '---\n---\n');
    expect(check()).toMatchObject({ status: 0 });
  });

  it('may not name what is not published', () => {
    writeChangeset(copy, 'bench', 'patch', 'Nobody installs it.');
    const { status, output } = check();
    expect(output).toContain('a changeset names @workload-identity/bench, which is no published package');
    expect(status).toBe(1);
  });
});

describe('a bump of versions', () => {
  it('needs no changeset: it takes them away', async () => {
    rmSync(join(copy, '.changeset/rehearsal-core.md'));
    for (const folder of ['core', 'express']) {
      setVersion(folder, '9.0.0');
      writeFileSync(join(copy, packageNamed(folder).location, 'CHANGELOG.md'), '# 9.0.0\n');
    }
    await commit(copy, 'Version');
    expect(check()).toMatchObject({ status: 0 });
  });

  it('carries no other edit with it', () => {
    setVersion('core', '9.0.0');
    edit('packages/library/core/src/index.ts');
    const { status, output } = check();
    expect(output).toContain(missing('core'));
    expect(status).toBe(1);
  });
});

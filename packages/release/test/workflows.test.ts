import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { commit, copyRepository, writeChangeset } from '../src/rehearsal/copy.ts';
import { run } from '../src/rehearsal/run.ts';
import { root } from './pages.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(root, '.github/workflows');
const workflows = readdirSync(folder).map((name): [string, string, Workflow] => {
  const text = readFileSync(join(folder, name), 'utf8');
  return [name, text, parse(text) as Workflow];
});
const stepsOf = ({ jobs }: Workflow): readonly Step[] => Object.values(jobs).flatMap(({ steps }) => steps);

/** Permissions that may be written, and by which job. */
const WRITES = ['release.yml publish id-token', 'release.yml tag contents'];

it('there is one for changes and one for releases', () => {
  expect(workflows.map(([name]) => name)).toEqual(['ci.yml', 'release.yml']);
});

it.each(workflows)(
  '%s pins every action by a full hash, and says which version that is',
  (_, text, workflow) => {
    const uses = stepsOf(workflow).flatMap(({ uses: action }) => action ?? []);
    expect(uses.length).toBeGreaterThan(0);
    for (const action of uses) {
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      expect(text).toMatch(new RegExp(`uses: ${action} # v\\d+\\.\\d+\\.\\d+$`, 'm'));
    }
  },
);

it.each(workflows)(
  '%s has no more permissions than it needs, and ends',
  (name, _, { on, permissions, jobs }) => {
    expect(permissions).toEqual({});
    expect(Object.keys(on)).not.toContain('pull_request_target');
    for (const [job, { permissions: own = {}, 'timeout-minutes': timeout }] of Object.entries(jobs)) {
      expect(timeout).toBeGreaterThan(0);
      for (const [scope, level] of Object.entries(own)) {
        if (level !== 'read') expect(WRITES).toContain(`${name} ${job} ${scope}`);
      }
    }
  },
);

it.each(workflows)('%s puts no expression into a command, and names no registry', (_, text, workflow) => {
  for (const { run: command = '' } of stepsOf(workflow)) expect(command).not.toContain('${{');
  expect(text).not.toMatch(/https?:\/\//);
});

it('a published package that is edited without a changeset fails, and passes with one', async () => {
  const [, , ci] = workflows.find(([name]) => name === 'ci.yml') ?? [];
  const command = ci && stepsOf(ci).find(({ run: text }) => text?.includes('changeset status'))?.run;
  const [tool = '', ...args] = command?.trim().split(' ') ?? [];
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'workload-identity-changeset-')));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  await copyRepository(copy);
  await run('git', ['update-ref', 'refs/remotes/origin/main', 'HEAD'], { cwd: copy });
  await run('git', ['switch', '--quiet', '--create', 'change'], { cwd: copy });
  const check = () => spawnSync(join(root, tool), args, { cwd: copy, encoding: 'utf8' });
  expect(check().status).toBe(0);

  appendFileSync(join(copy, 'packages/express/src/index.ts'), '\n');
  await commit(copy, 'Edit a package');
  const { status, stdout, stderr } = check();
  expect(status, stdout + stderr).toBe(1);
  expect(stdout + stderr).toMatch(/changeset/);

  writeChangeset(copy, 'express', 'patch', 'Say what changed.');
  await commit(copy, 'Add a changeset');
  const mended = check();
  expect(mended.status, mended.stdout + mended.stderr).toBe(0);
});

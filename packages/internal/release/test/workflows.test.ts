import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scripts } from '../../tools/src/scripts.mjs';
import { readManifest } from '../../tools/src/workspace.ts';
import { workflowProblems } from '../src/workflows/rules.ts';
import { readWorkflows, type Workflow } from '../src/workflows/workflow.ts';
import { root } from './pages.ts';

const files = readWorkflows(root);

const workflow = (name: string): Workflow => {
  const found = files.find((file) => file.name === name);
  if (found === undefined) throw new Error(`there is no workflow ${name}`);
  return found.workflow;
};

it('there is one for changes and one for releases', () => {
  expect(files.map(({ name }) => name)).toEqual(['ci.yml', 'release.yml']);
});

it('they break no rule, and name no registry', () => {
  expect(workflowProblems(files)).toEqual([]);
  for (const { text } of files) expect(text).not.toMatch(/https?:\/\//);
});

it('the scripts that workflows run are scripts there are', () => {
  const named = files.flatMap(({ text }) => [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name));
  expect(named).toContain('release:version');
  for (const name of named) expect(Object.keys(scripts)).toContain(name);
});

it('they use the Node that package.json pins', () => {
  const versions = files.flatMap(({ text }) =>
    [...text.matchAll(/node-version: (.*)/g)].map(([, version]) => version),
  );
  const pinned = Object.values(readManifest(root).optionalDependencies ?? {});
  expect(new Set(versions)).toEqual(new Set(pinned));
});

it('a change is held to all that must hold, and each pull request to its changeset and to the kept releases', () => {
  const { on, jobs } = workflow('ci.yml');
  expect(Object.keys(on)).toEqual(['pull_request', 'push']);
  expect(jobs['check']?.if).toBeUndefined();
  expect(jobs['check']?.steps?.at(-1)?.run).toBe('bash .ci/run');
  expect(jobs['changeset']?.if).toBe("github.event_name == 'pull_request'");
  const last = jobs['changeset']?.steps
    ?.slice(-2)
    .map(({ run: command, if: when }) => [when, command?.trim()]);
  expect(last).toEqual([
    [undefined, 'npm run check:changeset -- --since origin/main'],
    [undefined, 'npm run contract:kept -- --since origin/main'],
  ]);
});

it('nothing is handed over that is not the release that was kept, or beside what a test runs', () => {
  const steps = workflow('release.yml').jobs['build']?.steps ?? [];
  const order = ['npm run release:snapshot', 'npm run release:check', 'npm run release:pack', 'npm run sbom'];
  const places = order.map((command) => steps.findIndex(({ run }) => run === command));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places.map((place) => steps[place]?.if)).toEqual([
    "inputs.kind == 'snapshot'",
    "inputs.kind == 'release'",
    undefined,
    undefined,
  ]);
  expect(JSON.stringify(steps)).not.toMatch(/\.ci\/run|npm test|vitest/);
});

it('nothing is published before all holds', () => {
  const { check, publish } = workflow('release.yml').jobs;
  expect(check?.steps?.at(-1)?.run).toBe('bash .ci/run');
  expect(check?.steps?.every((step) => step.if === undefined)).toBe(true);
  expect(publish?.needs).toEqual(['build', 'check']);
});

const ciRun = readFileSync(join(root, '.ci/run'), 'utf8');

describe('attack 62: what lies in the repository or in a cache before the run', () => {
  it.each([
    ['a .venv', 'node packages/internal/tools/src/venv.mjs --fresh'],
    ['a module of Go', 'go mod download && go mod verify'],
    ['a build', 'step npm run build -- --force'],
    ['what is committed', 'step committed'],
  ])('is not believed by .ci/run: %s', (_, command) => {
    expect(ciRun).toContain(command);
  });

  it.each([
    'node_modules/.cache/installed.sha256',
    'packages/library/core/dist/index.js',
    '.venv/bin/moto_server',
    '.turbo/a',
  ])('stops .ci/run when %s is committed', (file) => {
    const folder = mkdtempSync(join(tmpdir(), 'workload-identity-committed-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), '');
    const step = workflow('release.yml').jobs['build']?.steps?.find(({ name }) =>
      name?.startsWith('Nothing is committed'),
    );
    const ours = [/^committed\(\) \{[\s\S]*?^\}$/m.exec(ciRun)?.[0], 'committed || exit 1'].join('\n');
    const outcomes = () =>
      [ours, step?.run ?? ''].map((steps) => {
        const { status, stdout } = spawnSync('bash', ['-euc', steps], { cwd: folder, encoding: 'utf8' });
        return { failed: status !== 0, named: stdout.includes(file) };
      });
    // Without a repository nobody can tell, and that is no yes.
    expect(outcomes().map(({ failed }) => failed)).toEqual([true, true]);
    spawnSync('git', ['init', '--quiet'], { cwd: folder });
    expect(outcomes().map(({ failed }) => failed)).toEqual([false, false]);
    spawnSync('git', ['add', '--force', file], { cwd: folder });
    expect(outcomes()).toMatchObject([{ failed: true, named: true }, { failed: true }]);
  });
});

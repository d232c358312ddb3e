import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { scripts } from '../../tools/src/scripts.mjs';
import { root } from './pages.ts';

interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly if?: string;
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

const workflow = (name: string): Workflow => {
  const found = workflows.find(([file]) => file === name);
  if (found === undefined) throw new Error(`there is no workflow ${name}`);
  return found[2];
};

it('the scripts that workflows run are scripts there are', () => {
  const named = workflows.flatMap(([, text]) =>
    [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name),
  );
  expect(named).toContain('release:version');
  for (const name of named) expect(Object.keys(scripts)).toContain(name);
});

it('a change is held to all that must hold, and each pull request to its changeset and to the kept releases', () => {
  const { on, jobs } = workflow('ci.yml');
  expect(Object.keys(on)).toEqual(['pull_request', 'push']);
  expect(jobs['check']?.if).toBeUndefined();
  expect(jobs['check']?.steps.at(-1)?.run).toBe('bash .ci/run');
  expect(jobs['changeset']?.if).toBe("github.event_name == 'pull_request'");
  const last = jobs['changeset']?.steps
    .slice(-2)
    .map(({ run: command, if: when }) => [when, command?.trim()]);
  expect(last).toEqual([
    [undefined, 'npm run check:changeset -- --since origin/main'],
    [undefined, 'npm run contract:kept -- --since origin/main'],
  ]);
});

it('nothing is published before all holds, and no release that is not the one that was kept', () => {
  const steps = workflow('release.yml').jobs['publish']?.steps ?? [];
  const order = ['bash .ci/run', 'npm run release:snapshot', 'npm run release:check', 'npm run sbom'];
  const at = order.map((command) => steps.findIndex(({ run: text }) => text === command));
  const publish = steps.findIndex(({ name }) => name === 'Publish');
  const places = [...at, publish];
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places.map((place) => steps[place]?.if)).toEqual([
    undefined,
    "inputs.kind == 'snapshot'",
    "inputs.kind == 'release'",
    undefined,
    undefined,
  ]);
});

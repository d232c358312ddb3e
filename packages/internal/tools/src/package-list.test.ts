import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { packageListProblems } from './package-list.ts';
import { knownPackages, publishedPackages, root, workspacePackages } from './workspace.ts';

const HONO = {
  name: '@workload-identity/hono',
  workloadIdentity: {
    layer: 'adapter',
    owners: ['platform-security'],
    install: { kib: 8000, dependencies: 4 },
  },
};

/** A repository with the packages that are given, by their folders; what is wrong with its list. */
function problemsOf(files: Readonly<Record<string, unknown>>): readonly string[] {
  const at = mkdtempSync(join(tmpdir(), 'workload-identity-list-'));
  onTestFinished(() => rmSync(at, { recursive: true }));
  for (const [file, content] of Object.entries({
    'pnpm-workspace.yaml': 'packages:\n  - packages/*/*\n',
    ...files,
  })) {
    mkdirSync(dirname(join(at, file)), { recursive: true });
    writeFileSync(join(at, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
  spawnSync('git', ['init', '--quiet'], { cwd: at });
  return packageListProblems(at);
}

describe('the list of packages', () => {
  it('is complete in this repository', () => {
    expect(packageListProblems(root)).toEqual([]);
    expect(knownPackages()).toHaveLength(workspacePackages().length);
    expect(publishedPackages().length).toBeGreaterThan(9);
  });

  it('takes a package that says what it is', () => {
    expect(problemsOf({ 'packages/adapters/hono/package.json': HONO })).toEqual([]);
  });

  const { workloadIdentity: facts } = HONO;
  it.each([
    ['made by hand', { workloadIdentity: undefined }, 'has no `workloadIdentity`. docs/contributing.md says'],
    [
      'of a layer that is none',
      { workloadIdentity: { ...facts, layer: 'constructor' } },
      'no layer is called',
    ],
    [
      'in the folder of another layer',
      { workloadIdentity: { ...facts, layer: 'core' } },
      'belongs into packages/library/',
    ],
    ['without an owner', { workloadIdentity: { ...facts, owners: [] } }, 'has no owners'],
    [
      'published without a budget',
      { workloadIdentity: { ...facts, install: undefined } },
      '`install` is for published',
    ],
    ['with a budget and never published', { private: true }, '`install` is for published'],
    ['of another name', { name: '@workload-identity/honey' }, 'has the name of its folder'],
  ])('refuses a package %s, with one line', (_, changes, says) => {
    expect(problemsOf({ 'packages/adapters/hono/package.json': { ...HONO, ...changes } })).toEqual([
      expect.stringContaining(says),
    ]);
  });

  it.each(['packages/hono/package.json', 'packages/adapters/web/hono/package.json'])(
    'sees a package that was moved to %s',
    (file) => {
      expect(problemsOf({ [file]: HONO })).toEqual([
        expect.stringMatching(
          /no glob of pnpm-workspace.yaml finds this package. docs\/contributing.md says/,
        ),
      ]);
    },
  );

  it.each(['tests/a.test.ts', 'src/a.test.mjs', 'a.test.ts'])('sees a test that nobody runs: %s', (file) => {
    const files = { 'packages/adapters/hono/package.json': HONO, [`packages/adapters/hono/${file}`]: '' };
    expect(problemsOf(files)).toEqual([
      expect.stringContaining('no glob of vitest.config.ts finds this test'),
    ]);
  });
});

describe('what is said of packages elsewhere', () => {
  const read = (file: string): string => readFileSync(join(root, file), 'utf8');
  const published = publishedPackages();

  it('the changesets release all published packages together', () => {
    const { fixed } = JSON.parse(read('.changeset/config.json')) as { fixed: string[][] };
    expect(fixed).toEqual([published.map(({ manifest }) => manifest.name).sort()]);
  });

  it.each(['README.md', 'docs/README.md'])('%s leads to the page of each published package', (page) => {
    const text = read(page);
    const missing = published.filter(({ location }) => !text.includes(`${location}/README.md)`));
    expect(missing.map(({ location }) => location)).toEqual([]);
  });

  it.each([
    ['vitest.config.ts', ["'packages/*/*/src/**/*.test.ts'", "'packages/*/*/test/**/*.test.ts'"]],
    ['tsconfig.json', ['"packages/*/*/src/**/*.ts"', '"packages/*/*/test/**/*.ts"']],
    ['packages/internal/release/knip.json', ['"packages/*/*": {']],
  ])('%s finds the packages by the globs of the list', (file, globs) => {
    for (const glob of globs) expect(read(file)).toContain(glob);
  });
});

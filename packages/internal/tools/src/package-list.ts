import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { LAYERS } from './layers.ts';
import { packageGlobs, type WorkspacePackage, workspacePackages } from './workspace.ts';

const HOW = 'docs/contributing.md says what a package needs ("Adding an adapter")';
/** Where vitest.config.ts and tsconfig.json look for tests, below a package. */
const TESTS = ['src/**/*.test.ts', 'test/**/*.test.ts'];

/** The files of a repository that git tracks or would track. */
function filesOf(at: string): readonly string[] {
  const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: at,
    encoding: 'utf8',
  });
  return stdout.split('\0').filter((file) => file !== '' && existsSync(join(at, file)));
}

function factProblem({ location, folder, manifest }: WorkspacePackage): string | undefined {
  const facts = manifest.workloadIdentity;
  if (facts === undefined) return `${location}: package.json has no \`workloadIdentity\`. ${HOW}`;
  const layer = Object.hasOwn(LAYERS, facts.layer) ? LAYERS[facts.layer] : undefined;
  if (layer === undefined)
    return `${location}: no layer is called ${facts.layer}; the layers are in layers.ts`;
  if (location !== `packages/${layer.group}/${folder}`) {
    return `${location}: a package of the layer ${facts.layer} belongs into packages/${layer.group}/`;
  }
  if (manifest.name !== `@workload-identity/${folder}`) {
    return `${location}: it is called ${manifest.name}, and a package has the name of its folder`;
  }
  if (!Array.isArray(facts.owners) || facts.owners.length === 0) return `${location}: it has no owners`;
  if ((facts.install === undefined) !== (manifest.private === true)) {
    return `${location}: \`install\` is for published packages, and each of them has one`;
  }
  return undefined;
}

/**
 * What is wrong with the list of packages, a line each. It fails closed: a package.json that no glob of pnpm-workspace.yaml
 * finds, a package that does not say what it is, and a test that no glob finds are failures.
 * @param at the root of a repository
 */
export function packageListProblems(at: string): readonly string[] {
  const packages = workspacePackages(at);
  const known = new Set(packages.map(({ location }) => `${location}/package.json`));
  const files = filesOf(at).filter((file) => file.startsWith('packages/'));
  const strays = files.filter((file) => file.endsWith('/package.json') && !known.has(file));
  const globs = packageGlobs(at).flatMap((glob) => TESTS.map((tests) => `${glob}/${tests}`));
  const tests = files.filter((file) => /\.test\.[cm]?[jt]sx?$/.test(file));
  return [
    ...strays.map((file) => `${file}: no glob of pnpm-workspace.yaml finds this package. ${HOW}`),
    ...packages.flatMap((one) => factProblem(one) ?? []),
    ...tests
      .filter((file) => !globs.some((glob) => matchesGlob(file, glob)))
      .map(
        (file) =>
          `${file}: no glob of vitest.config.ts finds this test; tests are *.test.ts below src or test`,
      ),
  ];
}

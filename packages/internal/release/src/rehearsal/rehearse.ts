import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifest, workspacePackages } from '../../../tools/src/workspace.ts';
import { type Installed, install } from './consumer.ts';
import { commit, copyRepository, writeChangeset } from './copy.ts';
import { MAJORS, nodeBinary } from './nodes.ts';
import { publish } from './publish.ts';
import { publishedProblems, tagsOf } from './published.ts';
import { type Registry, startRegistry } from './registry.ts';
import { run } from './run.ts';
import { runReadme, runRoundtrip } from './sample.ts';
import { runScript } from './workflow.ts';

/** What a rehearsal saw. */
export interface Rehearsal {
  /** The versions before, as released, and as a snapshot. */
  readonly versions: { readonly before: string; readonly released: string; readonly snapshot: string };
  /** Why the contract of what was released could not be kept a second time. */
  readonly keptAgain: string;
  /** By package, what the tags name in the end. */
  readonly tags: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What is wrong with the tarballs that were published. */
  readonly problems: readonly string[];
  /** What somebody got who named no version, after both were published. */
  readonly installed: readonly Installed[];
  /** By version of Node, what the README printed. */
  readonly printed: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What somebody got who named the tag `next`, and what one program of the README printed with it. */
  readonly next: { readonly installed: readonly Installed[]; readonly printed: string };
}

const NAMES = workspacePackages()
  .filter(({ manifest }) => !manifest.private)
  .map(({ manifest }) => manifest.name);

const versionOf = (repository: string): string =>
  readManifest(join(repository, 'packages/library/sdk')).version ?? '';

/** A version, its contract kept, and both published. */
async function release(repository: string, registry: Registry, done: (what: string) => void) {
  const before = versionOf(repository);
  writeChangeset(repository, 'express', 'minor', 'Rehearse a release.');
  await runScript(repository, 'release:version');
  await commit(repository, 'Version');
  // What the workflow for changes asks of the pull request that bumps the version.
  await runScript(repository, 'check:changeset', '--since', 'HEAD~1');
  await runScript(repository, 'contract:kept', '--since', 'HEAD~1');
  const released = versionOf(repository);
  done(`version ${released} built, its contract kept`);
  const keptAgain = await runScript(repository, 'contract:snapshot').then(
    () => 'it was kept again',
    (error: Error) => error.message,
  );
  await runScript(repository, 'release:check');
  await publish(repository, registry, 'release');
  done('published');
  return { before, released, keptAgain };
}

async function takeSnapshot(repository: string, registry: Registry): Promise<string> {
  writeChangeset(repository, 'core', 'patch', 'Rehearse a snapshot.');
  await runScript(repository, 'release:snapshot');
  await publish(repository, registry, 'snapshot');
  return versionOf(repository);
}

/** Does in a copy and on loopback what a release does: version, build, publish, install elsewhere, run. */
export async function rehearse(say: (line: string) => void = () => undefined): Promise<Rehearsal> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'workload-identity-rehearsal-')));
  let last = performance.now();
  const done = (what: string): void => {
    say(`${what}: ${((performance.now() - last) / 1000).toFixed(1)} s`);
    last = performance.now();
  };
  const repository = join(folder, 'repository');
  mkdirSync(repository);
  const registry = await startRegistry(folder);
  try {
    await copyRepository(repository);
    await run('pnpm', ['install', '--frozen-lockfile', '--prefer-offline', '--ignore-scripts'], {
      cwd: repository,
    });
    done('copied and installed');

    const { keptAgain, ...versions } = await release(repository, registry, done);
    const snapshot = await takeSnapshot(repository, registry);
    done(`snapshot ${snapshot} published`);
    const tags = await tagsOf(registry, NAMES);
    const problems = await publishedProblems(registry, NAMES, repository, join(folder, 'tarballs'));

    const consumer = join(folder, 'consumer');
    const wanted = ['sdk', 'express', 'fetch'].map((name) => `@workload-identity/${name}`);
    const installed = await install(consumer, registry, wanted);
    done('installed in an empty folder');
    const printed: Record<string, Readonly<Record<string, string>>> = {};
    for (const major of MAJORS) {
      const node = nodeBinary(major);
      const version = await run(node, ['--version'], { cwd: consumer });
      printed[version.trim()] = await runReadme(consumer, node);
      done(`the README on Node ${version.trim()}`);
    }

    const tagged = join(folder, 'tagged');
    const next = {
      installed: await install(tagged, registry, ['@workload-identity/sdk@next']),
      printed: await runRoundtrip(tagged, process.execPath),
    };
    done('the snapshot installed by its tag');
    return { versions: { ...versions, snapshot }, keptAgain, tags, problems, installed, printed, next };
  } finally {
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

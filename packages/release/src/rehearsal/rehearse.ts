import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifest, workspacePackages } from '../../../tools/src/workspace.ts';
import { commit, copyRepository, writeChangeset } from './copy.ts';
import { MAJORS, nodeBinary } from './nodes.ts';
import { startRegistry } from './registry.ts';
import { run } from './run.ts';
import { runReadme } from './sample.ts';

/** What a rehearsal saw. */
export interface Rehearsal {
  readonly before: string;
  readonly released: string;
  /** Names and versions that the registry has in the end. */
  readonly published: readonly string[];
  /** What the consumer installed of ours: name, version and where it came from. */
  readonly installed: readonly {
    readonly name: string;
    readonly version: string;
    readonly fromRegistry: boolean;
  }[];
  /** By version of Node, what the README printed. */
  readonly printed: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly resolved?: string }>>;
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
  const consumer = join(folder, 'consumer');
  for (const path of [repository, consumer]) mkdirSync(path);
  const registry = await startRegistry(folder);
  try {
    await copyRepository(repository);
    const before = readManifest(join(repository, 'packages/sdk')) as unknown as { version: string };
    writeChangeset(repository, 'express', 'minor', 'Rehearse a release.');
    await run('pnpm', ['install', '--frozen-lockfile', '--prefer-offline', '--ignore-scripts'], {
      cwd: repository,
    });
    done('copied and installed');

    await run('changeset', ['version'], { cwd: repository });
    await commit(repository, 'Version');
    const { version: released } = readManifest(join(repository, 'packages/sdk')) as unknown as {
      version: string;
    };
    await run('turbo', ['run', 'build', '--no-daemon'], { cwd: repository });
    done(`version ${released} built`);

    const env = { NPM_CONFIG_USERCONFIG: registry.npmrc, npm_config_registry: registry.url };
    await run('pnpm', ['publish', '--recursive', '--no-git-checks', '--registry', registry.url], {
      cwd: repository,
      env,
    });
    const names = workspacePackages().filter(({ manifest }) => !manifest.private);
    const published: string[] = [];
    for (const { manifest } of names) {
      const found = await run('npm', ['view', manifest.name, 'version', '--loglevel=error'], {
        cwd: consumer,
        env,
      });
      published.push(`${manifest.name}@${found.trim()}`);
    }
    done('published');

    writeFileSync(
      join(consumer, 'package.json'),
      JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
    );
    const wanted = ['sdk', 'express', 'fetch'].map((name) => `@workload-identity/${name}`);
    await run('npm', ['install', ...wanted, 'express', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: consumer,
      env,
    });
    const { packages } = JSON.parse(readFileSync(join(consumer, 'package-lock.json'), 'utf8')) as Lock;
    const installed = Object.entries(packages)
      .filter(([path]) => path.startsWith('node_modules/@workload-identity/'))
      .map(([path, { version = '', resolved = '' }]) => ({
        name: path.slice('node_modules/'.length),
        version,
        fromRegistry: resolved.startsWith(registry.url),
      }));
    done('installed in an empty folder');

    const printed: Record<string, Readonly<Record<string, string>>> = {};
    for (const major of MAJORS) {
      const node = await nodeBinary(major);
      const version = await run(node, ['--version'], { cwd: consumer });
      printed[version.trim()] = await runReadme(consumer, node);
      done(`the README on Node ${version.trim()}`);
    }
    return { before: before.version, released, published, installed, printed };
  } finally {
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

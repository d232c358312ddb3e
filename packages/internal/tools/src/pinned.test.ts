import { spawnSync } from 'node:child_process';
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { digestOfFolder } from './file-tree.mjs';
import { fetchFiles, fetchWithNpm, integrityOf, type Pin, pinnedFolder, treeOf } from './pinned.mjs';
import { PROGRAMS, pinnedPnpm, pinOf, platform, readPackageManager, readPins } from './pins.mjs';
import { readManifest, root } from './workspace.ts';

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'workload-identity-pinned-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A package as npm packs them. */
function tarballOf(files: Readonly<Record<string, string>>): Buffer {
  const folder = temporary();
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(folder, 'package', file, '..'), { recursive: true });
    writeFileSync(join(folder, 'package', file), text, { mode: 0o755 });
  }
  const names = Object.keys(files).map((file) => `package/${file}`);
  const { status, stderr } = spawnSync('tar', ['-czf', 'one.tgz', ...names], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return readFileSync(join(folder, 'one.tgz'));
}

const GOOD = { 'bin/tool': '#!/bin/sh\necho good\n', 'lib/part.txt': 'part', 'left-out.md': 'not needed' };

/** A program that is pinned, the registry that has it, and the cache it goes to. */
function world() {
  const tarball = tarballOf(GOOD);
  const one = { name: 'tool', version: '1.0.0', integrity: integrityOf(tarball), keep: /^(?:bin|lib)\// };
  const by = 'the pins of this test';
  const packages = [one];
  const pin: Pin = {
    name: 'tool-1.0.0',
    packages,
    by,
    tree: treeOf(
      fetchFiles({ packages, by }, () => tarball),
      { packages },
    ),
  };
  const cache = join(temporary(), 'pinned');
  let fetched = 0;
  const fetch = (): Buffer => {
    fetched += 1;
    return tarball;
  };
  return {
    pin,
    cache,
    tarball,
    folder: join(cache, pin.name),
    locate: () => pinnedFolder(pin, { cache, fetch }),
    fetched: () => fetched,
  };
}

it('what is pinned is fetched once, has the files that are kept, and can be run', () => {
  const { locate, folder, fetched, cache } = world();
  expect(locate()).toBe(folder);
  expect(locate()).toBe(folder);
  expect(fetched()).toBe(1);
  expect(readdirSync(cache)).toEqual(['tool-1.0.0']);
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual(['bin', 'bin/tool', 'lib', 'lib/part.txt']);
  expect(spawnSync(join(folder, 'bin/tool'), { encoding: 'utf8' }).stdout).toBe('good\n');
});

describe('attack 62: a package of the wrong hash', () => {
  it('is not unpacked, and the error says what was expected and what came', () => {
    const { pin, cache } = world();
    const planted = tarballOf({ ...GOOD, 'bin/tool': '#!/bin/sh\necho planted\n' });
    const locate = () => pinnedFolder(pin, { cache, fetch: () => planted });
    expect(locate).toThrow('tool@1.0.0 is not the one that the pins of this test pins, so nothing was run');
    expect(locate).toThrow(integrityOf(planted));
    expect(readdirSync(join(cache, '..'))).toEqual([]);
  });

  it('stays out when the pin changes while the cache holds the old one', () => {
    const { pin, cache, locate } = world();
    locate();
    const packages = pin.packages.map((one) => ({ ...one, integrity: integrityOf(Buffer.from('another')) }));
    expect(() => pinnedFolder({ ...pin, packages }, { cache })).toThrow('in the cache is not what');
  });
});

describe('attack 62: a cache that was planted or changed', () => {
  const tool = 'bin/tool';

  it.each<readonly [string, (folder: string, cache: string) => void]>([
    ['a changed file', (folder) => writeFileSync(join(folder, tool), '#!/bin/sh\necho planted\n')],
    ['a file more', (folder) => writeFileSync(join(folder, 'lib/index.js'), '')],
    ['a file more in a folder more', (folder) => writePlanted(join(folder, 'node_modules/part/index.js'))],
    ['a hidden file more', (folder) => writeFileSync(join(folder, '.npmrc'), '')],
    ['a file less', (folder) => rmSync(join(folder, 'lib/part.txt'))],
    [
      'a renamed file',
      (folder) => {
        rmSync(join(folder, 'lib/part.txt'));
        writeFileSync(join(folder, 'lib/part2.txt'), 'part');
      },
    ],
    [
      'a link in the place of a file',
      (folder, cache) => {
        writePlanted(join(cache, 'same'), GOOD[tool]);
        rmSync(join(folder, tool));
        symlinkSync(join(cache, 'same'), join(folder, tool));
      },
    ],
    ['a link to a folder more', (folder, cache) => symlinkSync(cache, join(folder, 'lib/more'))],
    [
      'a link in the place of the folder',
      (folder, cache) => {
        const { locate, folder: elsewhere } = world();
        locate();
        rmSync(folder, { recursive: true });
        symlinkSync(elsewhere, join(cache, 'tool-1.0.0'));
      },
    ],
    [
      'a link that leads nowhere',
      (folder) => {
        rmSync(folder, { recursive: true });
        symlinkSync('nowhere', folder);
      },
    ],
    [
      'a link in the place of the whole cache',
      (_, cache) => {
        const { locate, cache: elsewhere } = world();
        locate();
        rmSync(cache, { recursive: true });
        symlinkSync(elsewhere, cache);
      },
    ],
  ])('with %s stops the run, says so, and is left as it is', (_, plant) => {
    const { locate, folder, cache, fetched } = world();
    locate();
    plant(folder, cache);
    expect(locate).toThrow(/^tool-1\.0\.0 in the cache is not what .* so nothing was run: /);
    expect(locate).toThrow(`Then delete the folder and start again`);
    expect(fetched()).toBe(1);
  });

  it('that belongs to another user stops the run: that user could change it after the check', () => {
    const { pin, cache, folder, locate } = world();
    locate();
    expect(() => pinnedFolder(pin, { cache, owners: new Set([-1]) })).toThrow('belongs to another user');
    expect(() => digestOfFolder(folder, '', new Set([-1]))).toThrow('belongs to another user');
  });

  it.skipIf(process.getuid?.() !== 0)('that another user could replace as a whole stops the run', () => {
    const { cache, locate } = world();
    locate();
    chownSync(cache, 65534, 65534);
    expect(locate).toThrow('belongs to another user');
  });

  it('that was there before the first run is not believed', () => {
    const { locate, folder, fetched } = world();
    writePlanted(join(folder, tool));
    expect(locate).toThrow('so nothing was run');
    expect(fetched()).toBe(0);
  });
});

function writePlanted(file: string, text = '#!/bin/sh\necho planted\n'): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text, { mode: 0o755 });
}

describe('attack 62: the command pnpm', () => {
  /** The scripts alone, in a repository of their own. */
  function copy(): string {
    const folder = temporary();
    for (const file of [
      'package.json',
      'pnpm-workspace.yaml',
      'packages/internal/tools/pins.json',
      ...scripts(),
    ]) {
      mkdirSync(join(folder, file, '..'), { recursive: true });
      writeFileSync(join(folder, file), readFileSync(join(root, file)));
    }
    return folder;
  }
  const scripts = (): string[] =>
    readdirSync(join(root, 'packages/internal/tools/src'))
      .filter((name) => name.endsWith('.mjs'))
      .map((name) => `packages/internal/tools/src/${name}`);
  const run = (folder: string, args: readonly string[] = ['--version']) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['packages/internal/tools/src/pnpm.mjs', ...args],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    return { status, output: stdout + stderr };
  };
  const name = `pnpm-${pinnedPnpm.version}-${platform()}`;

  it('is the one that package.json pins', () => {
    expect(run(copy())).toEqual({ status: 0, output: `${pinnedPnpm.version}\n` });
  });

  it('is not one that somebody put in the cache', () => {
    const folder = copy();
    const cache = join(folder, 'node_modules/.cache');
    writePlanted(join(cache, 'planted/pnpm'));
    writeFileSync(join(cache, `pnpm@${pinnedPnpm.version}.path`), join(cache, 'planted/pnpm'));
    writePlanted(join(cache, 'pinned', name, 'pnpm'));
    const { status, output } = run(folder);
    expect(output).toContain('in the cache is not what package.json');
    expect(output).not.toContain('planted\n');
    expect(status).toBe(1);
  });

  it('is not one of another hash than that of package.json', () => {
    const folder = copy();
    const text = readFileSync(join(folder, 'package.json'), 'utf8');
    const changed = text.replace(
      /(\+sha512\.)(.)/,
      (_, before, digit) => `${before}${digit === '0' ? '1' : '0'}`,
    );
    writeFileSync(join(folder, 'package.json'), changed);
    const { status, output } = run(folder);
    expect(output).toContain(`pnpm@${pinnedPnpm.version} is not the one that package.json`);
    expect(status).toBe(1);
  });
});

describe('the pins', () => {
  it.each(['pnpm@12.0.0', 'pnpm@12.0.0+sha512.abc', `pnpm@^12+sha512.${'0'.repeat(128)}`, 'npm@11.0.0', ''])(
    'do without no hash: %s in package.json is an error',
    (field) => {
      expect(() => readPackageManager(field)).toThrow('package.json must pin pnpm with its hash');
    },
  );

  it('have no guess for a version or a platform without a row', () => {
    expect(() => pinOf('pnpm', '99.0.0')).toThrow('write-pins.mjs pnpm 99.0.0');
    expect(() => pinOf('pnpm', pinnedPnpm.version, 'plan9-x64')).toThrow('no hash of pnpm');
    expect(() => pinOf('other', '1.0.0')).toThrow('no hash of other');
  });

  it('name one pnpm, that of package.json, and the Node of the lockfile', () => {
    const pins = readPins();
    expect(Object.keys(pins)).toEqual(Object.keys(PROGRAMS));
    expect(Object.keys(pins['pnpm'] ?? {})).toEqual([pinnedPnpm.version]);
    const platforms = Object.keys(pins['pnpm']?.[pinnedPnpm.version] ?? {});
    const nodes = readManifest(root).optionalDependencies ?? {};
    expect(Object.keys(nodes).sort()).toEqual(platforms.map((on) => `node-${on}`).sort());
    const lockfile = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8');
    for (const [node, version] of Object.entries(nodes)) {
      const row = pins['node']?.[version]?.[node.slice('node-'.length)];
      expect(lockfile).toContain(`  ${node}@${version}:\n    resolution: {integrity: ${row?.integrity}}`);
    }
  });

  it('belong together: the files are those of the tarballs', { timeout: 120_000 }, () => {
    const { pin } = pinOf('pnpm', pinnedPnpm.version);
    expect(treeOf(fetchFiles(pin, fetchWithNpm), pin)).toBe(pin.tree);
  });

  it('that do not belong together are found out before anything is run', () => {
    const { pin, cache } = world();
    const [one] = pin.packages;
    const tarball = tarballOf({ 'bin/tool': 'another' });
    const packages = [{ ...one, integrity: integrityOf(tarball) }] as Pin['packages'];
    expect(() => pinnedFolder({ ...pin, packages }, { cache, fetch: () => tarball })).toThrow(
      'two hashes of tool-1.0.0 that do not belong together',
    );
  });
});

it('two that fetch at the same time end with one folder, which is checked', () => {
  const { pin, cache, folder, locate, tarball } = world();
  const slower = (): Buffer => {
    locate();
    return tarball;
  };
  expect(pinnedFolder(pin, { cache, fetch: slower })).toBe(folder);
  expect(readdirSync(cache)).toEqual([pin.name]);
});

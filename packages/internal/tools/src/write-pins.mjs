// Writes the pins of one version of a program: `node packages/internal/tools/src/write-pins.mjs pnpm 1.2.3`. For people, when they take a newer
// one. It believes the registry once, on the day it is run; whoever reviews the change compares the hashes with another source.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchFiles, fetchWithNpm, root, treeOf } from './pinned.mjs';
import { PINS, PROGRAMS, readPins } from './pins.mjs';

const PLATFORMS = [
  ...['linux-x64', 'linux-arm64', 'linux-x64-musl', 'linux-arm64-musl'],
  ...['darwin-arm64', 'darwin-x64', 'win32-x64'],
];

/** @param {string} specifier */
function integrityAt(specifier) {
  const { stdout } = spawnSync('npm', ['view', specifier, 'dist.integrity', '--loglevel=silent'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return stdout.trim();
}

const [program = '', version = ''] = process.argv.slice(2);
const describe = PROGRAMS[program];
if (describe === undefined || !/^\d+\.\d+\.\d+$/.test(version)) {
  throw new Error(
    `usage: node packages/internal/tools/src/write-pins.mjs ${Object.keys(PROGRAMS).join('|')} 1.2.3`,
  );
}
/** @type {Record<string, { integrity: string, tree: string }>} */
const rows = {};
for (const on of PLATFORMS) {
  const { before, name, keep } = describe(version, on);
  const integrity = integrityAt(`${name}@${version}`);
  if (integrity === '') {
    console.log(`${on}: the registry has no ${name}@${version}`);
    continue;
  }
  const packages = [...before, { name, version, integrity, keep }];
  const pin = { packages, by: 'package.json' };
  rows[on] = { integrity, tree: treeOf(fetchFiles(pin, fetchWithNpm), pin) };
  console.log(`${on}: ${integrity}`);
}
const pins = readPins();
// One pnpm at a time; of Node, one of each major version.
const major = version.split('.')[0];
const others = Object.entries(pins[program] ?? {}).filter(
  ([other]) => program === 'node' && other.split('.')[0] !== major,
);
pins[program] = Object.fromEntries([...others, [version, rows]].sort());
writeFileSync(join(root, PINS), `${JSON.stringify(pins, null, 2)}\n`);

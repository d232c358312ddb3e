import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { publishedPackages } from '../../tools/src/workspace.ts';
import { runStep } from '../src/rehearsal/workflow.ts';
import { publishOrder, sums } from '../src/supply/handed-over.ts';
import { root } from './pages.ts';

const MANIFEST = { name: '@workload-identity/one', version: '1.0.0', publishConfig: { access: 'public' } };

/** What the build hands over, and its digest. @param files of the package, and `order` of all */
function handedOver(
  files: Readonly<Record<string, string>> = {},
  order = lineOf('@workload-identity/one@1.0.0'),
) {
  const folder = mkdtempSync(join(tmpdir(), 'workload-identity-handed-over-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const packages = join(folder, 'packages');
  mkdirSync(packages);
  const all = { 'package/package.json': JSON.stringify(MANIFEST, null, 2), ...files };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, 'files', file)), { recursive: true });
    writeFileSync(join(folder, 'files', file), text);
  }
  const args = ['-czf', join(packages, 'one-1.0.0.tgz'), ...Object.keys(all)];
  expect(spawnSync('tar', args, { cwd: join(folder, 'files') }).status).toBe(0);
  writeFileSync(join(packages, 'two-1.0.0.tgz'), 'two');
  writeFileSync(join(packages, 'order.txt'), order);
  writeFileSync(join(packages, 'SHA256SUMS'), sums(packages));
  const digest = createHash('sha256')
    .update(readFileSync(join(packages, 'SHA256SUMS')))
    .digest('hex');
  const check = (expected = digest): Promise<void> =>
    runStep(root, 'Check the digest', folder, { DIGEST: expected });
  return { packages, digest, check };
}

const lineOf = (name: string, file = 'one-1.0.0.tgz'): string => `${file} ${name} sha512-AA+/==\n`;

it('what is handed over as it was built passes the check of the workflow', async () => {
  const { check } = handedOver();
  await expect(check()).resolves.toBeUndefined();
});

describe('attack 62: what is handed over is not what was built', () => {
  it.each<readonly [string, (folder: string) => void]>([
    ['a changed package', (folder) => writeFileSync(join(folder, 'one-1.0.0.tgz'), 'One')],
    [
      'another order',
      (folder) => writeFileSync(join(folder, 'order.txt'), '../evil.tgz one@1.0.0 sha512-one\n'),
    ],
    [
      'a changed package and its new sum',
      (folder) => {
        writeFileSync(join(folder, 'one-1.0.0.tgz'), 'One');
        rmSync(join(folder, 'SHA256SUMS'));
        writeFileSync(join(folder, 'SHA256SUMS'), sums(folder));
      },
    ],
    ['sums of nothing', (folder) => writeFileSync(join(folder, 'SHA256SUMS'), '')],
    ['one sum more', (folder) => appendFileSync(join(folder, 'SHA256SUMS'), `${'0'.repeat(64)}  x\n`)],
    ['one package less', (folder) => rmSync(join(folder, 'two-1.0.0.tgz'))],
    ['one file more', (folder) => writeFileSync(join(folder, 'three-1.0.0.tgz'), 'three')],
    ['a hidden file more', (folder) => writeFileSync(join(folder, '.npmrc'), 'registry=elsewhere')],
    ['a link more', (folder) => symlinkSync('/etc', join(folder, 'etc'))],
    [
      'a file more in a folder',
      (folder) => {
        mkdirSync(join(folder, 'node_modules'));
        writeFileSync(join(folder, 'node_modules', 'npm.js'), '');
      },
    ],
  ])('%s stops before anything is published', async (_, change) => {
    const { packages, check } = handedOver();
    change(packages);
    await expect(check()).rejects.toThrow(/ended with 1/);
  });

  it.each([
    ['another digest', '0'.repeat(64)],
    ['no digest', ''],
    ['a digest that is none', 'latest'],
    ['a digest with a line more', `${'0'.repeat(64)}  order.txt\n`],
  ])('%s stops before anything is published', async (_, expected) => {
    const { check } = handedOver();
    await expect(check(expected)).rejects.toThrow(/ended with 1/);
  });
});

describe('attack 62: a package that tells npm what to do', () => {
  const manifest = (publishConfig: object): Readonly<Record<string, string>> => ({
    'package/package.json': JSON.stringify({ ...MANIFEST, publishConfig }),
  });

  it.each([
    ['by a proxy', manifest({ access: 'public', 'https-proxy': 'elsewhere', 'strict-ssl': false })],
    ['by another registry', manifest({ '@workload-identity:registry': 'elsewhere' })],
    ['twice', { 'package/package.json': '{"publishConfig":{"access":"public"},"publishConfig":{"ca":"a"}}' }],
    ['in other letters', { 'package/package.json': '{"\\u0070ublishConfig":{"ca":"a"}}' }],
    ['by a second manifest', { 'other/package.json': '{"publishConfig":{"ca":"a"}}' }],
    ['by a second manifest below', { 'package/dist/package.json': '{}' }],
  ])('%s stops before anything is published', async (_, files) => {
    await expect(handedOver(files).check()).rejects.toThrow(/ended with 1/);
  });

  it.each([
    ['an option for a name', lineOf('--userconfig=packages/npmrc')],
    ['an address for a name', lineOf('https://example.com/a.tgz')],
    ['a name of somebody else', lineOf('express@5.0.0')],
    ['another folder', lineOf('@workload-identity/one@1.0.0', '../one-1.0.0.tgz')],
    ['another machine', lineOf('@workload-identity/one@1.0.0', 'machine:one-1.0.0.tgz')],
    ['a word more', `${lineOf('@workload-identity/one@1.0.0').trimEnd()} --tag latest\n`],
    ['a good line and one that is not', lineOf('@workload-identity/one@1.0.0') + lineOf('--tag')],
  ])('by %s in the order stops before anything is published', async (_, order) => {
    await expect(handedOver({}, order).check()).rejects.toThrow(/ended with 1/);
  });
});

describe('the order in which packages are published', () => {
  const one = (name: string, ...needs: readonly string[]) => ({
    manifest: { name, dependencies: Object.fromEntries(needs.map((need) => [need, '1.0.0'])) },
  });
  const names = (packages: readonly { readonly manifest: { readonly name: string } }[]) =>
    packages.map(({ manifest }) => manifest.name);

  it('has what a package needs before it', () => {
    const order = names(publishOrder([one('a', 'b', 'x'), one('c'), one('b', 'c')]));
    expect(order).toEqual(['c', 'b', 'a']);
    const ours = publishOrder(publishedPackages());
    for (const [index, { manifest }] of ours.entries()) {
      const later = names(ours.slice(index));
      for (const name of Object.keys(manifest.dependencies ?? {})) expect(later).not.toContain(name);
    }
    expect(ours.length).toBeGreaterThan(5);
  });

  it('is none where packages need each other', () => {
    expect(() => publishOrder([one('a', 'b'), one('b', 'a'), one('c')])).toThrow(
      'these need each other: a, b',
    );
  });
});

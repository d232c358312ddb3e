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
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { workspacePackages } from '../../tools/src/workspace.ts';
import { runStep } from '../src/rehearsal/workflow.ts';
import { publishOrder, sums } from '../src/supply/handed-over.ts';
import { root } from './pages.ts';

/** What the build hands over, and its digest. */
function handedOver() {
  const folder = mkdtempSync(join(tmpdir(), 'workload-identity-handed-over-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const packages = join(folder, 'packages');
  mkdirSync(packages);
  writeFileSync(join(packages, 'one-1.0.0.tgz'), 'one');
  writeFileSync(join(packages, 'two-1.0.0.tgz'), 'two');
  writeFileSync(join(packages, 'order.txt'), 'one-1.0.0.tgz one@1.0.0 sha512-one\n');
  writeFileSync(join(packages, 'SHA256SUMS'), sums(packages));
  const digest = createHash('sha256')
    .update(readFileSync(join(packages, 'SHA256SUMS')))
    .digest('hex');
  const check = (expected = digest): Promise<void> =>
    runStep(root, 'Check the digest', folder, { DIGEST: expected });
  return { packages, digest, check };
}

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

describe('the order in which packages are published', () => {
  const one = (name: string, ...needs: readonly string[]) => ({
    manifest: { name, dependencies: Object.fromEntries(needs.map((need) => [need, '1.0.0'])) },
  });
  const names = (packages: readonly { readonly manifest: { readonly name: string } }[]) =>
    packages.map(({ manifest }) => manifest.name);

  it('has what a package needs before it', () => {
    const order = names(publishOrder([one('a', 'b', 'x'), one('c'), one('b', 'c')]));
    expect(order).toEqual(['c', 'b', 'a']);
    const ours = publishOrder(workspacePackages().filter(({ manifest }) => !manifest.private));
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

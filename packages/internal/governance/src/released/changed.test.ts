import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { changedReleases } from './changed.ts';

const KEPT = 'packages/library/contract/released';
let root = '';

function git(...args: readonly string[]): void {
  const who = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  const { status, stderr } = spawnSync('git', [...who, ...args], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

function commit(): void {
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Change');
}

function write(file: string, text: string): void {
  mkdirSync(join(root, KEPT, file, '..'), { recursive: true });
  writeFileSync(join(root, KEPT, file), text);
}

function keep(version: string, published: boolean): void {
  write(`${version}/snapshot.json`, JSON.stringify({ published }));
  write(`${version}/core.tgz`, version);
}

// A branch of a repository that published 0.1.0 and drafts 0.2.0.
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'workload-identity-kept-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  git('init', '--quiet', '--initial-branch=main');
  keep('0.1.0', true);
  keep('0.2.0', false);
  commit();
  git('switch', '--quiet', '--create', 'change');
});

it('a new release beside a published one is no change, and a draft may be taken again', () => {
  keep('0.3.0', true);
  keep('0.2.0', true);
  expect(changedReleases(root, 'main')).toEqual([]);
  commit();
  expect(changedReleases(root, 'main')).toEqual([]);
});

it.each<[string, () => void, string]>([
  ['another tarball', () => write('0.1.0/core.tgz', 'another'), '0.1.0/core.tgz'],
  ['a snapshot that calls itself a draft', () => keep('0.1.0', false), '0.1.0/snapshot.json'],
  ['a file more', () => write('0.1.0/more.tgz', ''), '0.1.0/more.tgz'],
])('%s in a published release is named, committed or not', (_, change, file) => {
  change();
  const named = [`${KEPT}/${file} belongs to a release that was published: restore it`];
  expect(changedReleases(root, 'main')).toEqual(named);
  commit();
  expect(changedReleases(root, 'main')).toEqual(named);
});

it('a published release that is gone is named', () => {
  rmSync(join(root, KEPT, '0.1.0'), { recursive: true });
  expect(changedReleases(root, 'main')).toHaveLength(2);
});

it('what the other branch did meanwhile is not laid at the door of this one', () => {
  git('switch', '--quiet', 'main');
  keep('0.2.0', true);
  commit();
  git('switch', '--quiet', 'change');
  write('0.2.0/core.tgz', 'another draft');
  expect(changedReleases(root, 'main')).toEqual([]);
});

it('a branch that is not there is an error, not a pass', () => {
  expect(() => changedReleases(root, 'origin/main')).toThrow('origin/main');
});

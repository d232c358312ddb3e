import { spawnSync } from 'node:child_process';
import type { Snapshot } from './release.ts';

const FOLDER = 'packages/contract/released';

function git(root: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
}

/** The releases that a commit keeps and that were published. Drafts may still change. */
function publishedAt(root: string, commit: string): ReadonlySet<string> {
  const files = git(root, 'ls-tree', '-r', '--name-only', commit, '--', FOLDER).split('\n');
  const snapshots = files.filter((file) => file.endsWith('/snapshot.json'));
  const published = snapshots.filter(
    (file) => (JSON.parse(git(root, 'show', `${commit}:${file}`)) as Snapshot).published,
  );
  return new Set(published.map((file) => file.slice(FOLDER.length + 1).split('/')[0] ?? ''));
}

/**
 * What a branch changed in the releases that were published, a line each: hashes alone do not tell, for they stand beside
 * what they are of.
 * @param since the branch that it will be merged into
 */
export function changedReleases(root: string, since: string): readonly string[] {
  const base = git(root, 'merge-base', since, 'HEAD').trim();
  const published = publishedAt(root, base);
  const listed = (...args: readonly string[]): readonly string[] =>
    git(root, ...args, '-z', '--', FOLDER)
      .split('\0')
      .filter((file) => file !== '');
  const changed = listed('diff', '--name-only', '--no-renames', base);
  const added = listed('ls-files', '--others');
  return [...new Set([...changed, ...added])]
    .filter((file) => published.has(file.slice(FOLDER.length + 1).split('/')[0] ?? ''))
    .map((file) => `${file} belongs to a release that was published: restore it`);
}

import { changesSince, git } from '../../../tools/src/changed-files.ts';
import type { Snapshot } from './release.ts';

const FOLDER = 'packages/library/contract/released';

const versionOf = (file: string): string => file.slice(FOLDER.length + 1).split('/')[0] ?? '';

/** The releases that a commit keeps and that were published. Drafts may still change. */
function publishedAt(root: string, commit: string): ReadonlySet<string> {
  const files = git(root, 'ls-tree', '-r', '--name-only', commit, '--', FOLDER).split('\n');
  const snapshots = files.filter((file) => file.endsWith('/snapshot.json'));
  const published = snapshots.filter(
    (file) => (JSON.parse(git(root, 'show', `${commit}:${file}`)) as Snapshot).published,
  );
  return new Set(published.map(versionOf));
}

/**
 * What a branch changed in the releases that were published, a line each: hashes alone do not tell, for they stand beside
 * what they are of.
 * @param since the branch that it will be merged into
 */
export function changedReleases(root: string, since: string): readonly string[] {
  const { base, files } = changesSince(root, since, FOLDER);
  const published = publishedAt(root, base);
  return files
    .filter((file) => published.has(versionOf(file)))
    .map((file) => `${file} belongs to a release that was published: restore it`);
}

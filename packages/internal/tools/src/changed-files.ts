import { spawnSync } from 'node:child_process';

/**
 * Runs git and gives what it printed.
 * @throws Error with what git said, when it fails
 */
export function git(root: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
}

/** What a branch did since it left another one, committed or not. */
export interface Changes {
  /** The commit where it left. */
  readonly base: string;
  /** Files that were added, changed or removed, from the root of the repository. */
  readonly files: readonly string[];
}

/** @param since the branch that it will be merged into @param folder where to look; everywhere when left out */
export function changesSince(root: string, since: string, folder = '.'): Changes {
  const base = git(root, 'merge-base', since, 'HEAD').trim();
  const list = (...args: readonly string[]): readonly string[] =>
    git(root, ...args, '-z', '--', folder)
      .split('\0')
      .filter((file) => file !== '');
  const changed = list('diff', '--name-only', '--no-renames', base);
  const added = list('ls-files', '--others', '--exclude-standard');
  return { base, files: [...new Set([...changed, ...added])].sort() };
}

/** The text of a file in a commit; undefined where it is not there. */
export function textAt(root: string, commit: string, file: string): string | undefined {
  return git(root, 'ls-tree', '--name-only', commit, '--', file) === ''
    ? undefined
    : git(root, 'show', `${commit}:${file}`);
}

import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../../../tools/src/workspace.ts';
import { run } from './run.ts';

/** Copies what git knows or would take to `folder`, as it stands now, and makes it a repository with one commit on `main`. */
export async function copyRepository(folder: string): Promise<void> {
  const list = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  for (const file of list.split('\0')) {
    // A file that was removed and not yet committed is still listed.
    if (file === '' || !existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  await run('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder });
  await commit(folder, 'Start');
}

const AUTHOR = [
  '-c',
  'user.name=rehearsal',
  '-c',
  'user.email=rehearsal@example.com',
  '-c',
  'commit.gpgsign=false',
];

/** Commits all there is. */
export async function commit(folder: string, message: string): Promise<void> {
  await run('git', ['add', '--all'], { cwd: folder });
  await run('git', [...AUTHOR, 'commit', '--quiet', '--message', message], { cwd: folder });
}

/** Writes a changeset, as `changeset` does. */
export function writeChangeset(folder: string, name: string, bump: 'patch' | 'minor', text: string): void {
  const body = `---\n"@workload-identity/${name}": ${bump}\n---\n\n${text}\n`;
  writeFileSync(join(folder, '.changeset', `rehearsal-${name}.md`), body);
}

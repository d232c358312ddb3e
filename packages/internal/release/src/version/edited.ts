import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { changesSince, textAt } from '../../../tools/src/changed-files.ts';
import { readManifest, type WorkspacePackage } from '../../../tools/src/workspace.ts';

/** Kept releases are never published; `npm run contract:kept` guards them. */
const KEPT = 'packages/library/contract/released/';

/** What a bump of versions writes into a package. */
const BUMPED = ['package.json', 'CHANGELOG.md'];

const isChangeset = (file: string): boolean =>
  /^\.changeset\/[^/]+\.md$/.test(file) && file !== '.changeset/README.md';

/** The packages that a changeset names. */
function namesIn(text: string): readonly string[] {
  const [, front = ''] = /^---\n(.*?)^---$/ms.exec(text) ?? [];
  return Object.keys((parse(front) as object | null) ?? {});
}

/** The changesets that a branch brings: what it still has, and added or changed. */
function changesets(root: string, files: readonly string[]): readonly (readonly string[])[] {
  return files
    .filter((file) => isChangeset(file) && existsSync(join(root, file)))
    .map((file) => namesIn(readFileSync(join(root, file), 'utf8')));
}

/** Whether a package has another version than in a commit; the change that bumps it takes its changesets away. */
function isBumped(root: string, base: string, location: string): boolean {
  const before = textAt(root, base, `${location}/package.json`);
  const { version } = readManifest(join(root, location));
  return before !== undefined && (JSON.parse(before) as { version?: string }).version !== version;
}

/**
 * The published packages that a branch edits without a changeset that names them, and names that are no published package;
 * a line each. A changeset that names none says that nothing of it needs a release.
 * @param since the branch that it will be merged into
 */
export function changesetProblems(
  root: string,
  since: string,
  published: readonly WorkspacePackage[],
): readonly string[] {
  const { base, files } = changesSince(root, since);
  const brought = changesets(root, files);
  const named = new Set(brought.flat());
  const known = new Set(published.map(({ manifest }) => manifest.name));
  const unknown = [...named].filter((name) => !known.has(name));
  const edited = published.filter(({ location }) => {
    const inside = files.filter((file) => file.startsWith(`${location}/`) && !file.startsWith(KEPT));
    const harmless = isBumped(root, base, location) ? BUMPED.map((file) => `${location}/${file}`) : [];
    return inside.some((file) => !harmless.includes(file));
  });
  const none = brought.some((names) => names.length === 0);
  const missing = none ? [] : edited.filter(({ manifest }) => !named.has(manifest.name));
  return [
    ...unknown.map((name) => `a changeset names ${name}, which is no published package`),
    ...missing.map(({ manifest: { name } }) => `${name} is edited, and no changeset of this change names it`),
  ];
}

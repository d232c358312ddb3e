import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.ts';

const workspaceLockfile = (): string => readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8');

/** The hash of each package of a lockfile, by `name@version`. A package without one has an empty text. */
export function lockedIntegrities(lockfile = workspaceLockfile()): ReadonlyMap<string, string> {
  const [, packages = ''] = /\npackages:\n([\s\S]*?)(?:\n\S|$)/.exec(lockfile) ?? [];
  const rows = packages.matchAll(/^ {2}(\S.*):\n {4}resolution: \{(?:integrity: ([^,}\s]+))?/gm);
  return new Map([...rows].map(([, name = '', integrity = '']) => [name.replaceAll("'", ''), integrity]));
}

/**
 * A lockfile for a folder in which nothing is installed yet. Whatever pnpm needs there it takes as this repository locks it.
 * {@link strangers} tells whether it did.
 */
export const seedLockfile = (lockfile = workspaceLockfile()): string =>
  lockfile
    .replace(/\noverrides:\n[\s\S]*?(?=\n\S)/, '')
    .replace(/\nimporters:\n[\s\S]*?(?=\npackages:)/, '\nimporters:\n\n  .: {}\n');

/**
 * The packages that this repository does not lock by the same hash, a line each: nobody has looked at them, so they must not run.
 *
 * @param installed by `name@version`, their hashes
 */
export function strangers(
  installed: Iterable<readonly [string, string]>,
  locked: ReadonlyMap<string, string> = lockedIntegrities(),
): readonly string[] {
  return [...installed]
    .filter(([name, integrity]) => integrity === '' || locked.get(name) !== integrity)
    .map(([name]) => `${name} is not one that pnpm-lock.yaml has by this hash`);
}

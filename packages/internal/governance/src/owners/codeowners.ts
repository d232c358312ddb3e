/** One line of CODEOWNERS. */
export interface OwnerRule {
  /** `*`, `/folder/`, `/file`, or `name` in whichever folder: the forms this repository uses. */
  readonly pattern: string;
  readonly owners: readonly string[];
}

const PATTERN = /^(?:\*|[A-Za-z0-9._-]+|(?:\/[A-Za-z0-9._-]+)+\/?)$/;
const TEAM = /^@[a-z0-9-]+\/[a-z0-9-]+$/;

/**
 * Reads CODEOWNERS. A form this reader does not know is an error: a line that means something else than it seems would
 * leave a path without its owners.
 */
export function parseCodeOwners(text: string): readonly OwnerRule[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*$/, '').trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [pattern = '', ...owners] = line.split(/\s+/);
      if (!PATTERN.test(pattern))
        throw new Error(`CODEOWNERS: ${pattern} is no pattern this repository uses`);
      if (owners.length === 0) throw new Error(`CODEOWNERS: ${pattern} has no owner`);
      const person = owners.find((owner) => !TEAM.test(owner));
      if (person !== undefined) throw new Error(`CODEOWNERS: ${person} is no team`);
      return { pattern, owners };
    });
}

function matches(pattern: string, path: string): boolean {
  if (pattern === '*') return true;
  if (!pattern.startsWith('/')) return path.split('/').includes(pattern);
  const wanted = pattern.slice(1);
  return wanted.endsWith('/') ? `${path}/`.startsWith(wanted) : path === wanted;
}

/** The line that decides over a path, relative to the root: the last one that matches. */
export function ruleFor(rules: readonly OwnerRule[], path: string): OwnerRule | undefined {
  return rules.findLast(({ pattern }) => matches(pattern, path));
}

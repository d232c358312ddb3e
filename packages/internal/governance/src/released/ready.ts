import type { Release } from './release.ts';

/** The text of each file of a package, by its path. */
export type Files = ReadonlyMap<string, string>;

function fileProblems(name: string, kept: Files, packed: Files): readonly string[] {
  const paths = [...new Set([...kept.keys(), ...packed.keys()])].sort();
  return paths
    .filter((path) => kept.get(path) !== packed.get(path))
    .map((path) => `${name}: ${path} is not what was kept`);
}

/** Why today's packages may not be published as their version; empty where they may. */
export function releaseRefusals(
  version: string,
  release: Release | undefined,
  kept: Readonly<Record<string, Files>>,
  packed: Readonly<Record<string, Files>>,
): readonly string[] {
  if (release === undefined)
    return [`nothing is kept of ${version}: bump the version with \`npm run release:version\``];
  if (!release.published)
    return [`what is kept of ${version} is a draft: \`npm run contract:snapshot\` makes it the release`];
  return Object.entries(packed).flatMap(([name, files]) =>
    fileProblems(name, kept[name] ?? new Map(), files),
  );
}

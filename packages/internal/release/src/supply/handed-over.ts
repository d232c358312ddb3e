import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../../tools/src/manifest.ts';

/**
 * What is published first: whatever a package depends on stands before it, so that nobody finds one whose parts are not there yet.
 * @throws Error where packages need each other in a circle
 */
export function publishOrder<P extends { readonly manifest: Manifest }>(
  packages: readonly P[],
): readonly P[] {
  const ordered: P[] = [];
  let waiting = [...packages];
  while (waiting.length > 0) {
    const names = new Set(waiting.map(({ manifest }) => manifest.name));
    const needs = ({ manifest }: P): boolean =>
      Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }).some((name) =>
        names.has(name),
      );
    const next = waiting.filter((one) => !needs(one));
    if (next.length === 0) throw new Error(`these need each other: ${[...names].join(', ')}`);
    ordered.push(...next);
    waiting = waiting.filter(needs);
  }
  return ordered;
}

/** SHA-256 of each file of a folder, as `sha256sum` writes and checks it. */
export function sums(folder: string): string {
  const lines = readdirSync(folder)
    .sort()
    .map(
      (file) =>
        `${createHash('sha256')
          .update(readFileSync(join(folder, file)))
          .digest('hex')}  ${file}\n`,
    );
  return lines.join('');
}

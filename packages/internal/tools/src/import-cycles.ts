import { posix } from 'node:path';
import { readImports } from './read-imports.ts';

/** Files that import each other in a circle, the first one again at the end. Types count: they tie files together as well. */
export function importCycles(files: Readonly<Record<string, string>>): string[][] {
  const edges = new Map<string, readonly string[]>();
  for (const [file, text] of Object.entries(files)) {
    const targets = readImports(file, text)
      .map(({ specifier }) => specifier)
      .filter((specifier) => specifier?.startsWith('.') === true)
      .map((specifier) => posix.join(posix.dirname(file), specifier as string))
      .filter((target) => Object.hasOwn(files, target));
    edges.set(file, targets);
  }
  const cycles: string[][] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) {
      cycles.push([...path.slice(at), file]);
      return;
    }
    if (done.has(file)) return;
    for (const target of edges.get(file) ?? []) walk(target, [...path, file]);
    done.add(file);
  };
  for (const file of edges.keys()) walk(file, []);
  return cycles;
}

import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { freePackages, type ImportRule, importRules } from './import-rules.ts';
import { type Import, readImports } from './read-imports.ts';
import type { Manifest } from './workspace.ts';

export interface PackageSource {
  /** The folder below `packages/`. */
  readonly folder: string;
  readonly manifest: Omit<Manifest, 'name'>;
  /** Text of each file below `src`, by its path from the package's folder. Tests are left out. */
  readonly files: Readonly<Record<string, string>>;
}

const scope = '@workload-identity/';

const packageName = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

function allowed(rule: ImportRule, name: string): boolean {
  if (name.startsWith(scope)) {
    return [...rule.internal, ...(rule.optional ?? [])].includes(name.slice(scope.length));
  }
  return rule.external === 'any' || rule.external.includes(name);
}

const isOptional = (rule: ImportRule, name: string): boolean =>
  (rule.optional ?? []).some((folder) => scope + folder === name);

function checkManifest({ folder, manifest }: PackageSource, rule: ImportRule): string[] {
  const file = `packages/${folder}/package.json`;
  const hard = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  const peers = Object.keys(manifest.peerDependencies ?? {});
  return [
    ...[...hard, ...peers]
      .filter((name) => !allowed(rule, name) && !name.startsWith('@types/'))
      .map((name) => `${file}: ${folder} may not depend on ${name}`),
    ...hard
      .filter((name) => isOptional(rule, name))
      .map((name) => `${file}: ${name} must be an optional peer, not a dependency`),
    ...peers
      .filter((name) => isOptional(rule, name) && !manifest.peerDependenciesMeta?.[name]?.optional)
      .map((name) => `${file}: ${name} must be marked optional in peerDependenciesMeta`),
  ];
}

function checkImport(
  source: PackageSource,
  rule: ImportRule,
  file: string,
  found: Import,
): string | undefined {
  const { specifier, kind } = found;
  if (specifier === undefined) return 'name the imported module by a string literal';
  if (specifier.startsWith('#')) return undefined;
  if (specifier.startsWith('.')) {
    const inside = relative('src', join(dirname(file), specifier));
    return inside.startsWith('..')
      ? `${specifier} leaves src; import the other package by its name`
      : undefined;
  }
  if (isBuiltin(specifier)) {
    return rule.builtins === false
      ? `${source.folder} has no I/O and may not import ${specifier}`
      : undefined;
  }
  const name = packageName(specifier);
  if (name === scope + source.folder) return `${specifier} is this package; import the file instead`;
  if (!allowed(rule, name)) return `${source.folder} may not import ${name}`;
  const { dependencies, optionalDependencies, peerDependencies } = source.manifest;
  if (!Object.hasOwn({ ...dependencies, ...optionalDependencies, ...peerDependencies }, name)) {
    return `${name} is not declared in packages/${source.folder}/package.json`;
  }
  if (kind === 'static' && isOptional(rule, name))
    return `${name} is optional: load it by import() when configured`;
  return undefined;
}

/** What breaks the import rules in one package, a line each. */
export function importViolations(
  source: PackageSource,
  rules: Readonly<Record<string, ImportRule>> = importRules,
): string[] {
  if (freePackages.includes(source.folder)) return [];
  const rule = Object.hasOwn(rules, source.folder) ? rules[source.folder] : undefined;
  if (!rule) return [`packages/${source.folder}: no row in packages/tools/src/import-rules.ts`];
  const violations = checkManifest(source, rule);
  for (const [file, text] of Object.entries(source.files)) {
    for (const found of readImports(file, text)) {
      const problem = checkImport(source, rule, file, found);
      if (problem) violations.push(`packages/${source.folder}/${file}:${found.line}: ${problem}`);
    }
  }
  return violations;
}

import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { importCycles } from './import-cycles.ts';
import { LAYERS, type Layer } from './layers.ts';
import type { Manifest } from './manifest.ts';
import { type Import, readImports } from './read-imports.ts';

/** A package as the import rules see it. */
export interface PackageSource {
  readonly folder: string;
  /** From the root of the repository. */
  readonly location: string;
  readonly manifest: Omit<Manifest, 'name'>;
  /** Text of each file below `src`, by its path from the package's folder. Tests are left out. */
  readonly files: Readonly<Record<string, string>>;
}

/** The layer of each package of the workspace, by its name. */
export type LayerOf = ReadonlyMap<string, string>;

const scope = '@workload-identity/';

const packageName = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

class Checker {
  readonly #source: PackageSource;
  readonly #layer: Layer;
  readonly #layerOf: LayerOf;

  constructor(source: PackageSource, layer: Layer, layerOf: LayerOf) {
    this.#source = source;
    this.#layer = layer;
    this.#layerOf = layerOf;
  }

  /** A package of this repository by its layer; one from the registry when it is declared, which its owners decide. */
  #isAllowed(name: string): boolean {
    if (!name.startsWith(scope)) return true;
    const layer = this.#layerOf.get(name);
    const { imports, optional = [] } = this.#layer;
    return (
      imports === 'any' || (layer !== undefined && (imports.includes(layer) || optional.includes(layer)))
    );
  }

  #isOptional(name: string): boolean {
    return (this.#layer.optional ?? []).includes(this.#layerOf.get(name) ?? '');
  }

  manifest(): string[] {
    const { folder, location, manifest } = this.#source;
    const file = `${location}/package.json`;
    const hard = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
    const peers = Object.keys(manifest.peerDependencies ?? {});
    return [
      ...[...hard, ...peers]
        .filter((name) => !this.#isAllowed(name))
        .map((name) => `${file}: ${folder} may not depend on ${name}`),
      ...hard
        .filter((name) => this.#isOptional(name))
        .map((name) => `${file}: ${name} must be an optional peer, not a dependency`),
      ...peers
        .filter((name) => this.#isOptional(name) && !manifest.peerDependenciesMeta?.[name]?.optional)
        .map((name) => `${file}: ${name} must be marked optional in peerDependenciesMeta`),
    ];
  }

  import(file: string, { specifier, kind }: Import): string | undefined {
    const { folder, location, manifest } = this.#source;
    if (specifier === undefined) return 'name the imported module by a string literal';
    if (specifier.startsWith('#')) return undefined;
    if (specifier.startsWith('.')) {
      const inside = relative('src', join(dirname(file), specifier));
      return inside.startsWith('..')
        ? `${specifier} leaves src; import the other package by its name`
        : undefined;
    }
    if (isBuiltin(specifier)) {
      return this.#layer.builtins === false
        ? `${folder} has no I/O and may not import ${specifier}`
        : undefined;
    }
    const name = packageName(specifier);
    if (name === scope + folder) return `${specifier} is this package; import the file instead`;
    if (!this.#isAllowed(name)) return `${folder} may not import ${name}`;
    const { dependencies, optionalDependencies, peerDependencies } = manifest;
    if (!Object.hasOwn({ ...dependencies, ...optionalDependencies, ...peerDependencies }, name)) {
      return `${name} is not declared in ${location}/package.json`;
    }
    if (kind === 'static' && this.#isOptional(name))
      return `${name} is optional: load it by import() when configured`;
    return undefined;
  }
}

/** What breaks the import rules in one package, a line each. */
export function importViolations(source: PackageSource, layerOf: LayerOf): string[] {
  const { location, manifest, files } = source;
  const { layer: name = '' } = manifest.workloadIdentity ?? {};
  const layer = Object.hasOwn(LAYERS, name) ? LAYERS[name] : undefined;
  // That a package has a layer is for the list of packages to say, once.
  if (layer === undefined) return [];
  const cycles = importCycles(files).map(
    (cycle) => `${location}: files import each other: ${cycle.join(' → ')}`,
  );
  if (layer.imports === 'any') return cycles;
  const checker = new Checker(source, layer, layerOf);
  const violations = [...checker.manifest(), ...cycles];
  for (const [file, text] of Object.entries(files)) {
    for (const found of readImports(file, text)) {
      const problem = checker.import(file, found);
      if (problem) violations.push(`${location}/${file}:${found.line}: ${problem}`);
    }
  }
  return violations;
}

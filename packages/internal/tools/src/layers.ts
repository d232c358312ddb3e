/** What a package is for, and what it may build on. */
export interface Layer {
  /** The folder below `packages/` that holds the packages of this layer. */
  readonly group: string;
  /** Layers whose packages it may import. */
  readonly imports: readonly string[] | 'any';
  /** Layers whose packages a user installs only when the configuration names them. Loaded by `import()`. */
  readonly optional?: readonly string[];
  /** False for a layer without I/O: no module of Node's own. */
  readonly builtins?: false;
}

const base = ['contract', 'core'] as const;

/**
 * The layers. Arrows go one way: contract ← core ← chains ← authority ← (ca-key) ← sdk. An adapter never imports an adapter.
 * A package says which layer it is of in its package.json (`workloadIdentity.layer`); a layer without a row is a failure.
 */
export const LAYERS: Readonly<Record<string, Layer>> = {
  contract: { group: 'library', imports: [], builtins: false },
  core: { group: 'library', imports: ['contract'] },
  chains: { group: 'certificates', imports: base },
  authority: { group: 'certificates', imports: [...base, 'chains'] },
  'ca-key': { group: 'certificates', imports: [...base, 'authority'] },
  sdk: { group: 'library', imports: [...base, 'chains', 'authority'], optional: ['ca-key'] },
  adapter: { group: 'adapters', imports: base },
  internal: { group: 'internal', imports: 'any' },
};

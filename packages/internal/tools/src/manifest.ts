export type Target = string | { readonly [condition: string]: Target };

type Dependencies = Readonly<Record<string, string>>;

/** What this project says of a package, in the package's own package.json. Every gate reads it from there. */
export interface PackageFacts {
  /** A row of `layers.ts`. */
  readonly layer: string;
  /** The teams that must agree to a change, as CODEOWNERS names them, without the scope. */
  readonly owners: readonly string[];
  /** What installing it may cost at most. For published packages. */
  readonly install?: { readonly kib: number; readonly dependencies: number };
}

/** The part of a package.json that the gates read. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly files?: readonly string[];
  readonly exports?: Readonly<Record<string, Target>>;
  readonly imports?: Readonly<Record<string, Target>>;
  readonly dependencies?: Dependencies;
  readonly optionalDependencies?: Dependencies;
  readonly peerDependencies?: Dependencies;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly workloadIdentity?: PackageFacts;
}

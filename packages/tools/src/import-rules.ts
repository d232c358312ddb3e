/** What the source of one package may import. Its tests and its development dependencies are free. */
export interface ImportRule {
  /** Packages of this repository, by folder. */
  readonly internal: readonly string[];
  /** Packages from the registry; `any` where the package decides for itself what it needs. */
  readonly external: readonly string[] | 'any';
  /** Packages of this repository that a user installs only when the configuration names them. Loaded by `import()`. */
  readonly optional?: readonly string[];
  /** False for a package without I/O: no module of Node's own. */
  readonly builtins?: false;
}

const base = ['contract', 'core'] as const;

/** Arrows go one way: contract ← core ← x5c ← ca ← (kms, pkcs11) ← sdk ← cli. A folder without a row is a violation. */
export const importRules: Readonly<Record<string, ImportRule>> = {
  contract: { internal: [], external: ['zod'], builtins: false },
  core: { internal: ['contract'], external: ['jose'] },
  x5c: { internal: base, external: ['@peculiar/x509'] },
  ca: {
    internal: [...base, 'x5c'],
    external: ['@peculiar/asn1-csr', '@peculiar/asn1-schema', '@peculiar/asn1-x509'],
  },
  kms: { internal: ['contract', 'ca'], external: ['@aws-sdk/client-kms'] },
  pkcs11: { internal: [...base, 'ca'], external: ['pkcs11js'] },
  sdk: { internal: [...base, 'x5c', 'ca'], external: ['zod'], optional: ['kms', 'pkcs11'] },
  express: { internal: base, external: ['express'] },
  fastify: { internal: base, external: ['fastify', 'fastify-plugin'] },
  fetch: { internal: base, external: [] },
  dpop: { internal: base, external: 'any' },
  'message-signatures': { internal: base, external: 'any' },
  'replay-redis': { internal: base, external: 'any' },
  federation: { internal: [...base, 'x5c'], external: 'any' },
  sts: { internal: [...base, 'x5c', 'ca', 'sdk', 'federation', 'dpop', 'replay-redis'], external: 'any' },
  cli: {
    internal: [...base, 'x5c', 'ca', 'sdk', 'federation', 'sts'],
    external: 'any',
    optional: ['kms', 'pkcs11'],
  },
  testing: { internal: [...base, 'x5c', 'ca', 'sdk'], external: 'any' },
  otel: { internal: base, external: 'any' },
};

/** Never published: they may import anything. */
export const freePackages: readonly string[] = [
  'adapter-suite',
  'bench',
  'conformance',
  'demo',
  'fuzz',
  'governance',
  'release',
  'tools',
];

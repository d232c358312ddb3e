/**
 * Programs of the documentation that a test beside their package runs, by page and name. It must find them by that name.
 * All others stand in `docs`, and docs.test.ts runs them: what they print stands in the `text` block of their name.
 */
export const RUN_BY: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'README.md': {
    'packages/internal/demo/test/readme.test.ts': ['billing.mjs', 'orders.mjs', 'roundtrip.mjs'],
  },
  'docs/climbing.md': { 'packages/library/sdk/src/climbing.test.ts': ['public-half.mjs', 'root.mts'] },
  'packages/certificates/ca/README.md': {
    'packages/certificates/ca/src/readme.test.ts': ['orders.mjs', 'below.mjs'],
  },
  'packages/library/contract/README.md': { 'packages/library/contract/src/readme.test.ts': ['sample.ts'] },
  'packages/library/core/README.md': { 'packages/library/core/test/readme.test.ts': ['sample.ts'] },
  'packages/adapters/express/README.md': {
    'packages/adapters/express/src/readme.test.ts': ['server.mjs', 'status.mjs'],
  },
  'packages/adapters/fastify/README.md': { 'packages/adapters/fastify/src/readme.test.ts': ['server.mjs'] },
  'packages/adapters/fetch/README.md': {
    'packages/adapters/fetch/src/readme.test.ts': ['orders.mjs', 'hono.mjs', 'node.mjs'],
  },
  'packages/certificates/aws-kms/README.md': {
    'packages/certificates/aws-kms/src/readme.test.ts': ['sign.mjs'],
  },
  'packages/certificates/pkcs11/README.md': {
    'packages/certificates/pkcs11/src/readme.test.ts': ['sign.mjs'],
  },
  'packages/library/sdk/README.md': {
    'packages/library/sdk/src/readme.test.ts': ['orders.mjs', 'billing.mjs'],
  },
  'packages/certificates/x5c/README.md': { 'packages/certificates/x5c/src/readme.test.ts': ['verify.ts'] },
};

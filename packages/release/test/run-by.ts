/**
 * Programs of the documentation that a test beside their package runs, by page and name. It must find them by that name.
 * All others stand in `docs`, and docs.test.ts runs them: what they print stands in the `text` block of their name.
 */
export const RUN_BY: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'README.md': { 'packages/demo/test/readme.test.ts': ['billing.mjs', 'orders.mjs', 'roundtrip.mjs'] },
  'docs/climbing.md': { 'packages/sdk/src/climbing.test.ts': ['public-half.mjs', 'root.mts'] },
  'packages/ca/README.md': { 'packages/ca/src/readme.test.ts': ['orders.mjs', 'below.mjs'] },
  'packages/contract/README.md': { 'packages/contract/src/readme.test.ts': ['sample.ts'] },
  'packages/core/README.md': { 'packages/core/test/readme.test.ts': ['sample.ts'] },
  'packages/express/README.md': { 'packages/express/src/readme.test.ts': ['server.mjs', 'status.mjs'] },
  'packages/fastify/README.md': { 'packages/fastify/src/readme.test.ts': ['server.mjs'] },
  'packages/fetch/README.md': { 'packages/fetch/src/readme.test.ts': ['orders.mjs', 'hono.mjs', 'node.mjs'] },
  'packages/kms/README.md': { 'packages/kms/src/readme.test.ts': ['sign.mjs'] },
  'packages/pkcs11/README.md': { 'packages/pkcs11/src/readme.test.ts': ['sign.mjs'] },
  'packages/sdk/README.md': { 'packages/sdk/src/readme.test.ts': ['orders.mjs', 'billing.mjs'] },
  'packages/x5c/README.md': { 'packages/x5c/src/readme.test.ts': ['verify.ts'] },
};

import { expect, it } from 'vitest';
import { keyReferenceSchema } from './key-reference.ts';

const schema = keyReferenceSchema('a key');
const accepts = (reference: unknown): boolean => schema.safeParse(reference).success;

it.each([
  '/run/secrets/workload-identity/orders-service-Key-2026',
  './Keys/orders-service-in-production-2026-01-31-abcdefgh',
  'keys/orders-service-in-production-for-the-year-2026-first',
  'Keys/orders-service-in-production-for-the-year-2026.pem',
  'C:\\keys\\orders-service-in-production-for-the-year-2026',
])('takes the path %s for a path', (file) => {
  expect(accepts({ file })).toBe(true);
});

it.each(['WORKLOAD_IDENTITY_SECRET', 'ORDERS_SERVICE_SIGNING_KEY_FOR_PRODUCTION_IN_EU_WEST_1', 'secret'])(
  'takes the variable %s for a variable',
  (env) => {
    expect(accepts({ env })).toBe(true);
  },
);

it.each([
  ['base64', 'qJ3xTt7kPq0vZ8yW2mNcR5uLhE9aSdFgB1oIiKjXlVU='],
  ['base64 that begins with a slash', '/J3xTt7kPq0vZ8yW2mNcR5uLhE9aSdFgB1oIiKjXlVU='],
  ['base64url', 'qJ3xTt7kPq0vZ8yW2mNcR5uLhE9aSdFgB1oIiKjXlVU'],
  ['hex', '9f'.repeat(32)],
])('takes 32 bytes as %s for the secret itself', (_, text) => {
  expect(accepts({ file: text })).toBe(false);
  expect(accepts({ env: text })).toBe(false);
});

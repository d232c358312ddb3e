import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isSecretItself } from './secret-look.ts';

const BASE64 = 'qJ3xTt7kPq0vZ8yW2mNcR5uLhE9aSdFgB1oIiKjXlVU=';
const BASE32 = 'MFRGG3DFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZPIYDCMRTGQ2Q';
const PEM = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n';

const SECRETS = {
  'base64 of 32 bytes': BASE64,
  'base64 that begins with a slash': `/${BASE64.slice(1)}`,
  'base64 with slashes': 'qJ3xT/7kPq0vZ8yW2mN/R5uLhE9aSdFgB1oI/KjXlVU=',
  'base64 without padding': 'qJ3xTt7kPq0vZ8yW2mNcR5uLhE9aSdFgB1oIiKjXlVUqJ3xTt7kPq0vZ8yW2mNcR',
  base64url: 'qJ3xTt7kPq0vZ8yW2mNcR5uL_E9aSdFgB1oIiKjX-VU',
  hex: '9f'.repeat(32),
  'hex in capitals': 'A1B2'.repeat(16),
  base32: BASE32,
  'base32 with padding': `${BASE32.slice(0, 48)}====`,
  'a PEM': PEM,
  'a PEM in one line': PEM.replaceAll('\n', '\\n'),
  'a token': 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl',
  'a token after a space': ' eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl',
  'a JWK': '{"kty":"oct","k":"c2VjcmV0"}',
};

it.each(Object.entries(SECRETS))('%s is surely a secret', (_, text) => {
  expect(isSecretItself(text)).toBe(true);
});

it.each([
  '/run/secrets/workload-identity/orders-service-Key-2026',
  './Keys/orders-service-in-production-2026-01-31-abcdefgh',
  'keys/orders-service-in-production-for-the-year-2026-first',
  'Keys/orders-service-in-production-for-the-year-2026.pem',
  'C:\\keys\\orders-service-in-production-for-the-year-2026',
  '/var/lib/kubelet/pods/6f1c2a34-9b7d-4e21-8c55-0a1b2c3d4e5f/volumes/kubernetes.io~secret/orders/key',
  'ORDERS_SERVICE_SIGNING_KEY_FOR_PRODUCTION_IN_EU_WEST_1',
  'K8S_TOKEN_2',
  'ORDERSSERVICESIGNINGKEYFORPRODUCTION',
  'secret',
  '82640517',
  'correct-horse-battery-staple',
])('%s may be a name', (text) => {
  expect(isSecretItself(text)).toBe(false);
});

describe('32 random bytes', () => {
  it('are surely a secret, in base64, base64url and hex', () => {
    const missed = { base64: 0, base64url: 0, hex: 0 };
    const encodings = Object.keys(missed) as (keyof typeof missed)[];
    const count = 5_000;
    for (let at = 0; at < count; at++) {
      // The same each time.
      const key = createHash('sha256').update(`${at}`).digest();
      for (const encoding of encodings) if (!isSecretItself(key.toString(encoding))) missed[encoding]++;
    }
    // One in a thousand has no digit.
    expect(missed.hex).toBe(0);
    expect(Math.max(missed.base64, missed.base64url)).toBeLessThan(count / 500);
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { looksLikeLabel, looksLikePath, looksLikeVariable } from './source-names.ts';

const BASE64 = 'qJ3xTt7kPq0vZ8yW2mNcR5uLhE9aSdFgB1oIiKjXlVU=';
const BASE32 = 'MFRGG3DFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZPIYDCMRTGQ2Q';
const PEM = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n';

/** What stands where a name belongs, by mistake. */
const SECRETS: Readonly<Record<string, string>> = {
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

  'a PIN': '82640517',
  'a short PIN': '1234',
  'a password': 'hunter2hunter2',
  'a random password': 'aB3xYz9Qw7',
  'a passphrase with spaces': 'correct horse battery staple',
  'a passphrase with dashes': 'correct-horse-battery-staple',
  'base64 of 16 bytes': 'qJ3xTt7kPq0vZ8yW2mNcRw==',
  'base64 of 16 bytes that begins with a slash': '/J3xTt7kPq0vZ8yW2mNcRw',
  'base64 of 24 bytes that begins with a slash': '/J3x/t7kPq0vZ8yW2mNcR5uLhE9aSdFg',
  'base64 of 48 bytes that begins with a slash': `/${'qJ3xTt7kPq0vZ8yW2mNcR5uLhE9aSdF'.repeat(2)}/`,
  'hex of 16 bytes': '9f1c'.repeat(8),
  'base32 of 10 bytes': 'JBSWY3DPEHPK3PXP',
  'base32 in groups': 'JBSW Y3DP EHPK 3PXP',
  'a UUID': '6f1c2a34-9b7d-4e21-8c55-0a1b2c3d4e5f',
};

describe.each(Object.entries(SECRETS))('%s', (_, text) => {
  it('is surely no name', () => {
    expect([looksLikePath(text), looksLikeVariable(text), looksLikeLabel(text)]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

it.each([
  '/run/secrets/x',
  './keys/orders.key',
  '../a.pem',
  '/a',
  './a',
  'C:\\keys\\a.pem',
  'C:/keys/a.pem',
  'key.pem',
  'bundle.json',
  'keys/orders-service.pem',
  '/var/run/secrets/sts/token',
  '/var/lib/kubelet/pods/6f1c2a34-9b7d-4e21-8c55-0a1b2c3d4e5f/volumes/kubernetes.io~secret/orders/key',
  '/run/secrets/orders/..2026_01_31_12_00_00.1234567890/key',
  '/tmp/workload-identity-aB3xYz/key.pem',
  '/tmp/workload-identity-sdk-a1B2c3/key',
  '/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T/workload-identity-aB3xYz/key',
  '/Users/Somebody/Projects/App2/Keys/OrdersKey',
  '/etc/orders/Keys/orders-service-in-production-2026-Key',
  '/srv/with spaces/and-ümlauts/key',
  'Keys/orders-service-in-production-for-the-year-2026.pem',
])('the path %s is a path', (path) => {
  expect(looksLikePath(path)).toBe(true);
});

it.each([
  ...['keys', 'orders', 'a\n.pem', '/a\u{0}b', '', `/${'g'.repeat(4_096)}`, 'file:///etc/key', '~/key'],
  ...[
    `./${'9f'.repeat(32)}`,
    `/run/${'9F'.repeat(16)}/key`,
    `./${SECRETS['base64url']}`,
    `${SECRETS['base64url']}.key`,
  ],
  ...['/tmp/qJ3xTt7kPq0vZ8yW2mNcR5', './ eyJhbGciOiJIUzI1NiJ9'],
])('%j is not surely a path', (text) => {
  expect(looksLikePath(text)).toBe(false);
});

it.each([
  'ORDERS_KEY',
  'K8S_TOKEN_2',
  'A',
  '_SECRET',
  'WORKLOAD_IDENTITY_SECRET',
  'OAUTH2_CLIENT_SECRET',
  'X509_KEY',
  'ORDERS_SERVICE_SIGNING_KEY_FOR_PRODUCTION_IN_EU_WEST_1',
])('the variable %s is a variable', (name) => {
  expect(looksLikeVariable(name)).toBe(true);
});

it.each(['secret', 'Orders_Key', '', '_', '1A', 'A__B', 'JBSW_Y3DP_EHPK_3PXP', 'A'.repeat(129), 'toString'])(
  '%j is not surely a variable',
  (name) => {
    expect(looksLikeVariable(name)).toBe(false);
  },
);

it.each([
  'ca',
  'ca 1',
  'workload',
  'workload-ca',
  'workload-identity-ca-2026',
  'SoftHSM2',
  'Cloud HSM',
  'slot-0',
])('the label %s is a label', (label) => {
  expect(looksLikeLabel(label)).toBe(true);
});

it.each(['', '0', ' ca', 'a'.repeat(65), 'one-two-three-four', 'ca\n', 'ca#1', 'aXbQzPwR'])(
  '%j is not surely a label',
  (label) => {
    expect(looksLikeLabel(label)).toBe(false);
  },
);

describe('random bytes', () => {
  /** The same each time: one in ten thousand random texts reads like words. */
  function* random(length: number, count: number): Generator<Buffer> {
    for (let at = 0; at < count; at++) {
      yield createHash('shake256', { outputLength: length }).update(`${at}`).digest();
    }
  }
  const shown = (text: string) => looksLikePath(text) || looksLikeVariable(text) || looksLikeLabel(text);

  it('of a key are not shown, however they are written', () => {
    for (const key of random(32, 5_000)) {
      const texts = (['base64', 'base64url', 'hex'] as const).map((encoding) => key.toString(encoding));
      expect([...texts, texts[2]?.toUpperCase() ?? ''].filter(shown)).toEqual([]);
    }
  });

  it.each([16, 20, 24, 30, 48])('%i of them are not shown, also where a slash begins them', (length) => {
    const texts = Array.from(random(length, 500), (bytes) => bytes.toString('base64'));
    const open = texts.filter((text) => shown(text) || shown(`/${text.slice(1)}`));
    expect(open.length).toBeLessThanOrEqual(texts.length / 50);
    expect(texts.filter(shown)).toEqual([]);
  });
});

it('is asked about long texts in little time', () => {
  const texts = ['A'.repeat(1_000_000), 'A_'.repeat(500_000), '/a'.repeat(500_000), ' a'.repeat(500_000)];
  const before = performance.now();
  for (const text of texts) {
    for (const ask of [looksLikePath, looksLikeVariable, looksLikeLabel]) ask(text);
  }
  expect(performance.now() - before).toBeLessThan(1_000);
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPeer, createSource, type Peer, refusing } from '../test/peer.ts';
import { createFetch } from './index.ts';

const BILLING = 'spiffe://prod.example.com/billing';

let peer: Peer;
let source: Awaited<ReturnType<typeof createSource>>;
let client: typeof globalThis.fetch;
let refused: Set<string>;

beforeEach(async () => {
  [peer, source] = await Promise.all([createPeer(), createSource()]);
  client = createFetch(source, { targets: { [peer.origin]: BILLING } });
  refused = new Set([await source.tokenFor(BILLING)]);
  peer.answer = refusing(refused);
});
afterEach(() => peer.close());

const form = new FormData();
form.set('name', 'value');

type Body = NonNullable<RequestInit['body']>;

const BODIES: readonly [string, RequestInit][] = [
  ['none', {}],
  ['a text', { method: 'POST', body: 'hello' }],
  ['bytes', { method: 'POST', body: new TextEncoder().encode('hello') }],
  ['a buffer', { method: 'POST', body: new TextEncoder().encode('hello').buffer }],
  ['a blob', { method: 'POST', body: new Blob(['hello'], { type: 'text/x' }) }],
  ['parameters', { method: 'POST', body: new URLSearchParams({ a: 'b' }) }],
  ['a form', { method: 'POST', body: form }],
];

describe('a refused token is replaced and the request sent once more, as it was', () => {
  test.each(BODIES)('its body: %s', async (_, init) => {
    const response = await client(`${peer.origin}/x`, init);
    expect([response.status, await response.text()]).toEqual([200, 'ok']);
    const [first, second] = peer.received;
    expect(peer.received.map(({ token }) => token)).toEqual(source.minted);
    expect(second?.body).toBe(first?.body);
    const { authorization: _first, ...headers } = first?.headers ?? {};
    expect(second?.headers).toMatchObject(headers);
  });

  test.each(BODIES)('in a Request, its body: %s', async (_, init) => {
    const response = await client(new Request(`${peer.origin}/x`, init));
    expect(response.status).toBe(200);
    expect(peer.received[1]?.body).toBe(peer.received[0]?.body);
  });
});

test('but only once', async () => {
  let asked = 0;
  const identity = { forget: () => undefined, tokenFor: async () => `token-${++asked}` };
  peer.answer = refusing(new Set(['token-1', 'token-2', 'token-3']));
  const one = createFetch(identity, { targets: { [peer.origin]: BILLING } });
  const response = await one(peer.origin);
  expect([response.status, await response.text()]).toEqual([401, 'refused']);
  expect(peer.received.map(({ token }) => token)).toEqual(['token-1', 'token-2']);
});

test('and not when there is no other token', async () => {
  const identity = { forget: () => undefined, tokenFor: async () => source.minted[0] as string };
  const one = createFetch(identity, { targets: { [peer.origin]: BILLING } });
  const response = await one(peer.origin);
  expect([response.status, await response.text(), peer.received.length]).toEqual([401, 'refused', 1]);
});

test.each<[string, () => Body]>([
  ['a stream', () => new Blob(['hello']).stream()],
  [
    'an async iterable',
    () =>
      (async function* () {
        yield Buffer.from('hello');
      })() as unknown as Body,
  ],
])('nor when the body is %s, which is gone', async (_, body) => {
  const response = await client(peer.origin, { method: 'POST', body: body(), duplex: 'half' } as RequestInit);
  expect([response.status, await response.text()]).toEqual([401, 'refused']);
  expect(peer.received.map((one) => one.body)).toEqual(['hello']);
  expect(source.minted).toHaveLength(1);
});

test.each([
  ['401 without a challenge', 401, undefined],
  ['401 without an error', 401, 'Bearer realm="workload-identity"'],
  ['401 of another scheme', 401, 'DPoP error="invalid_token"'],
  ['401 of another error', 401, 'Bearer error="invalid_request"'],
  ['401 of a longer error', 401, 'Bearer error="invalid_token_type"'],
  ['401 of a scheme that starts alike', 401, 'Bearerish error="invalid_token"'],
  ['403', 403, 'Bearer error="invalid_token"'],
  ['400', 400, 'Bearer error="invalid_token"'],
  ['503', 503, 'Bearer error="invalid_token"'],
])('nor for %s', async (_, status, challenge) => {
  peer.answer = (_request, response) => {
    if (challenge !== undefined) response.setHeader('www-authenticate', challenge);
    response.writeHead(status).end();
  };
  expect((await client(peer.origin)).status).toBe(status);
  expect(peer.received).toHaveLength(1);
  expect(source.minted).toHaveLength(1);
});

test.each([
  'Bearer error="invalid_token"',
  'bearer error=invalid_token',
  'Basic realm="x", Bearer realm="y", error="invalid_token", error_description="z"',
])('a challenge is read however it is written: %s', async (challenge) => {
  peer.answer = ({ token = '' }, response) => {
    if (refused.has(token)) response.writeHead(401, { 'www-authenticate': challenge });
    response.end();
  };
  expect((await client(peer.origin)).status).toBe(200);
});

test('many requests refused at once cost one mint', async () => {
  const responses = await Promise.all(Array.from({ length: 10 }, () => client(peer.origin)));
  expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(source.minted).toHaveLength(2);
});

test('a challenge cannot make reading it slow', async () => {
  peer.answer = (_, response) => {
    response.writeHead(401, { 'www-authenticate': `${', bearer error='.repeat(900)}x` }).end();
  };
  const start = performance.now();
  await client(peer.origin);
  expect(performance.now() - start).toBeLessThan(1000);
});

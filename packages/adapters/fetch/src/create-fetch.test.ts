import { WorkloadIdentityError } from '@workload-identity/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPeer, createSource, type Peer, refusing } from '../test/peer.ts';
import { createFetch } from './index.ts';

const BILLING = 'spiffe://prod.example.com/billing';

let peer: Peer;
let other: Peer;
let source: Awaited<ReturnType<typeof createSource>>;
let client: typeof globalThis.fetch;

beforeEach(async () => {
  [peer, other, source] = await Promise.all([createPeer(), createPeer(), createSource()]);
  client = createFetch(source, { targets: { [peer.origin]: BILLING } });
});
afterEach(() => Promise.all([peer.close(), other.close()]));

function audienceOf(token: string | undefined): unknown {
  return JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString()).aud;
}

test('a request carries a token for the audience of its origin, and is otherwise as it was', async () => {
  const response = await client(`${peer.origin}/charges?x=1`, {
    method: 'PUT',
    headers: { 'x-request-id': '7' },
    body: 'hello',
  });
  expect([response.status, await response.text()]).toEqual([200, 'ok']);
  expect(peer.received).toHaveLength(1);
  const [{ method, path, body, headers, token } = {} as never] = peer.received;
  expect([method, path, body, headers['x-request-id'], headers['content-length']]).toEqual([
    'PUT',
    '/charges?x=1',
    'hello',
    '7',
    '5',
  ]);
  expect(audienceOf(token)).toBe(BILLING);
});

test('text, URL and Request are taken alike, and one token serves them all', async () => {
  await client(peer.origin);
  await client(new URL(peer.origin));
  await client(new Request(peer.origin, { method: 'POST', body: 'x' }));
  expect(peer.received.map(({ token }) => token)).toEqual(Array(3).fill(source.minted[0]));
});

test('targets have an audience each', async () => {
  const both = createFetch(source, { targets: { [peer.origin]: BILLING, [other.origin]: 'urn:other' } });
  await both(peer.origin);
  await both(other.origin);
  expect([audienceOf(peer.received[0]?.token), audienceOf(other.received[0]?.token)]).toEqual([
    BILLING,
    'urn:other',
  ]);
});

test('a message shows an origin that is no target, and no more of it than can be read', async () => {
  const refusal = (url: string) => client(url).catch((error: Error) => error.message);
  expect(await refusal('https://other.example/x')).toContain('https://other.example is not among');
  const message = await refusal(`https://${'a'.repeat(100_000)}.example`);
  expect(message).toMatch(/^https:\/\/a+ is not among/);
  expect(String(message).length).toBeLessThan(400);
});

test('nothing is sent to an origin that is no target', async () => {
  const { port } = new URL(peer.origin);
  const strangers = [
    other.origin,
    `https://127.0.0.1:${port}`,
    `http://localhost:${port}`,
    `http://127.0.0.2:${port}`,
    `http://127.0.0.1`,
    `http://127.0.0.1:${port}@${new URL(other.origin).host}/`,
    `http://${new URL(other.origin).host}/?${peer.origin}`,
    `http:\\\\${new URL(other.origin).host}\\@127.0.0.1:${port}`,
    'data:text/plain,x',
  ];
  for (const url of strangers) await expect(client(url), url).rejects.toThrow(TypeError);
  expect([...peer.received, ...other.received, ...source.minted]).toEqual([]);
});

test('a second credential is not sent', async () => {
  const wrong = [
    client(peer.origin, { headers: { authorization: 'Bearer mine' } }),
    client(peer.origin, { headers: [['AUTHORIZATION', '']] }),
    client(new Request(peer.origin, { headers: { Authorization: 'Basic eDp5' } })),
  ];
  for (const one of wrong) await expect(one).rejects.toThrow(TypeError);
  expect(peer.received).toEqual([]);
});

test('a failed mint sends nothing and says why', async () => {
  const failure = new WorkloadIdentityError('signer_unavailable');
  const broken = { ...source, tokenFor: () => Promise.reject(failure) };
  const failing = createFetch(broken, { targets: { [peer.origin]: BILLING } });
  await expect(failing(peer.origin)).rejects.toBe(failure);
  expect(peer.received).toEqual([]);
});

test('what sends the request can be replaced', async () => {
  const sent: Request[] = [];
  const custom = createFetch(source, {
    targets: { 'https://billing.internal': BILLING },
    fetch: async (input) => {
      sent.push(input as Request);
      return new Response('custom');
    },
  });
  expect(await (await custom('https://billing.internal/x')).text()).toBe('custom');
  expect(sent.map(({ url, redirect }) => [url, redirect])).toEqual([
    ['https://billing.internal/x', 'manual'],
  ]);
  expect(sent[0]?.headers.get('authorization')).toBe(`Bearer ${source.minted[0]}`);
});

describe('a signal that says stop', () => {
  const stop = new Error('stop');

  test('before, sends nothing', async () => {
    const never = new Promise<string>(() => undefined);
    const stuck = createFetch({ ...source, tokenFor: () => never }, { targets: { [peer.origin]: BILLING } });
    for (const one of [client, stuck]) {
      await expect(one(peer.origin, { signal: AbortSignal.abort(stop) })).rejects.toBe(stop);
    }
    expect(peer.received).toEqual([]);
  });

  test('while a token is minted, is heard at once, and nothing is sent later', async () => {
    const controller = new AbortController();
    let mint: (token: string) => void = () => undefined;
    const minting = new Promise<string>((resolve) => {
      mint = resolve;
    });
    const slow = createFetch({ ...source, tokenFor: () => minting }, { targets: { [peer.origin]: BILLING } });
    const pending = slow(peer.origin, { signal: controller.signal });
    controller.abort(stop);
    await expect(pending).rejects.toBe(stop);
    mint('late');
    await new Promise((resolve) => setImmediate(resolve));
    expect(peer.received).toEqual([]);
  });

  test('while the peer is thinking, ends the request', async () => {
    const controller = new AbortController();
    peer.answer = () => controller.abort(stop);
    await expect(client(peer.origin, { signal: controller.signal })).rejects.toBe(stop);
  });

  test('between a refusal and its repetition, ends both', async () => {
    const controller = new AbortController();
    let asked = 0;
    const identity = {
      forget: () => controller.abort(stop),
      tokenFor: () => (asked++ === 0 ? Promise.resolve('token-1') : new Promise<string>(() => undefined)),
    };
    peer.answer = refusing(new Set(['token-1']));
    const one = createFetch(identity, { targets: { [peer.origin]: BILLING } });
    await expect(one(peer.origin, { signal: controller.signal })).rejects.toBe(stop);
    expect(peer.received).toHaveLength(1);
  });
});

describe('attack 43: it cannot be set up wrongly', () => {
  const targets = { 'https://billing.internal': BILLING };
  test.each([
    ['no identity', undefined, { targets }],
    ['an identity that only verifies', { verify: () => undefined }, { targets }],
    ['an identity that cannot forget', { tokenFor: () => undefined }, { targets }],
  ])('%s', (_, identity, options) => {
    expect(() => createFetch(identity as never, options)).toThrow(TypeError);
  });

  test.each<[string, unknown]>([
    ['no options', undefined],
    ['no targets', {}],
    ['empty targets', { targets: {} }],
    ['a list of targets', { targets: ['https://billing.internal'] }],
    ['an unknown option', { targets, retries: 3 }],
    ['a fetch that is none', { targets, fetch: 'fetch' }],
    ['a switch that is none', { targets, allowPlainHttp: 'yes' }],
    ['no audience', { targets: { 'https://billing.internal': '' } }],
    ['an audience that is no text', { targets: { 'https://billing.internal': 7 } }],
    ['a host', { targets: { 'billing.internal': BILLING } }],
    ['a path', { targets: { 'https://billing.internal/': BILLING } }],
    ['a default port', { targets: { 'https://billing.internal:443': BILLING } }],
    ['capitals', { targets: { 'https://Billing.internal': BILLING } }],
    ['a user', { targets: { 'https://me@billing.internal': BILLING } }],
    ['a star', { targets: { 'https://*': BILLING, '*': BILLING } }],
    ['another scheme', { targets: { 'ftp://billing.internal': BILLING } }],
    ['a scheme without an origin', { targets: { 'data:': BILLING } }],
    ['plain http', { targets: { 'http://billing.internal': BILLING } }],
    ['plain http that looks local', { targets: { 'http://127.0.0.1.evil.example': BILLING } }],
    [
      'plain http to a name that starts like localhost',
      { targets: { 'http://localhost.evil.example': BILLING } },
    ],
  ])('%s', (_, options) => {
    expect(() => createFetch(source, options as never)).toThrow(TypeError);
  });

  test('plain http beyond this machine has a name, and on this machine needs none', () => {
    expect(() =>
      createFetch(source, { targets: { 'http://billing': BILLING }, allowPlainHttp: true }),
    ).not.toThrow();
    for (const origin of ['http://localhost:1', 'http://127.0.0.1:1', 'http://127.9.9.9', 'http://[::1]:1']) {
      expect(() => createFetch(source, { targets: { [origin]: BILLING } })).not.toThrow();
    }
  });
});

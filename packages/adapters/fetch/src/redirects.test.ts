import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPeer, createSource, type Peer } from '../test/peer.ts';
import { createFetch } from './index.ts';

const BILLING = 'spiffe://prod.example.com/billing';
const STATUSES = [301, 302, 303, 307, 308];

let peer: Peer;
let other: Peer;
let source: Awaited<ReturnType<typeof createSource>>;
let client: typeof globalThis.fetch;

beforeEach(async () => {
  [peer, other, source] = await Promise.all([createPeer(), createPeer(), createSource()]);
  // The other origin is a target too: even so, no redirect leads there.
  client = createFetch(source, { targets: { [peer.origin]: BILLING, [other.origin]: 'urn:other' } });
});
afterEach(() => Promise.all([peer.close(), other.close()]));

function redirectTo(location: string, status = 302): void {
  peer.answer = ({ path }, response) => {
    if (path === '/start') response.writeHead(status, { location }).end('moved');
    else response.end(`at ${path}`);
  };
}

describe('a token never goes to another origin', () => {
  test.each(STATUSES)('%i comes back as it is, and the other origin hears nothing', async (status) => {
    redirectTo(`${other.origin}/steal`, status);
    for (const method of ['GET', 'HEAD', 'POST']) {
      const response = await client(`${peer.origin}/start`, { method });
      expect([response.status, response.headers.get('location')]).toEqual([status, `${other.origin}/steal`]);
      expect(await response.text()).toBe(method === 'HEAD' ? '' : 'moved');
    }
    expect(other.received).toEqual([]);
  });

  test('however the other origin is written', async () => {
    const { host, port } = new URL(other.origin);
    const locations = [
      `//${host}/`,
      `\\\\${host}\\`,
      `http:\\\\${host}/`,
      `HTTP://${host}/`,
      ` ${other.origin}/`,
      `http://${new URL(peer.origin).host}@${host}/`,
      `http://localhost:${new URL(peer.origin).port}/`,
      `https://${new URL(peer.origin).host}/`,
      `http://127.0.0.1:${port}/`,
      `http://me:secret@${new URL(peer.origin).host}/next`,
      'data:text/plain,x',
      'http://[',
    ];
    for (const location of locations) {
      redirectTo(location);
      expect([location, (await client(`${peer.origin}/start`)).status]).toEqual([location, 302]);
    }
    expect(other.received).toEqual([]);
    expect(peer.received.every(({ path }) => path === '/start')).toBe(true);
  });

  test('nor at the second step', async () => {
    peer.answer = ({ path }, response) => {
      const location = path === '/start' ? '/second' : `${other.origin}/steal`;
      response.writeHead(302, { location }).end();
    };
    expect((await client(`${peer.origin}/start`)).status).toBe(302);
    expect(peer.received.map(({ path }) => path)).toEqual(['/start', '/second']);
    expect(other.received).toEqual([]);
  });
});

describe('within the origin', () => {
  test.each(STATUSES)('%i of GET and HEAD is followed, with headers and token', async (status) => {
    redirectTo('/next?x=1#y', status);
    for (const method of ['GET', 'HEAD']) {
      const response = await client(`${peer.origin}/start`, { method, headers: { 'x-request-id': '7' } });
      expect([response.status, await response.text()]).toEqual([
        200,
        method === 'HEAD' ? '' : 'at /next?x=1',
      ]);
    }
    expect(peer.received.map(({ method, path, headers }) => [method, path, headers['x-request-id']])).toEqual(
      [
        ['GET', '/start', '7'],
        ['GET', '/next?x=1', '7'],
        ['HEAD', '/start', '7'],
        ['HEAD', '/next?x=1', '7'],
      ],
    );
    expect(new Set(peer.received.map(({ token }) => token))).toEqual(new Set(source.minted));
  });

  test.each(STATUSES)('%i of POST comes back: a body is not sent twice', async (status) => {
    redirectTo('/next', status);
    expect((await client(`${peer.origin}/start`, { method: 'POST', body: 'x' })).status).toBe(status);
    expect(peer.received).toHaveLength(1);
  });

  test('`redirect` is heard', async () => {
    redirectTo('/next');
    expect((await client(`${peer.origin}/start`, { redirect: 'manual' })).status).toBe(302);
    await expect(client(`${peer.origin}/start`, { redirect: 'error' })).rejects.toThrow(TypeError);
    expect(peer.received.map(({ path }) => path)).toEqual(['/start', '/start']);
  });

  test('a circle ends after 20 steps', async () => {
    peer.answer = (_, response) => void response.writeHead(302, { location: '/start' }).end();
    expect((await client(`${peer.origin}/start`)).status).toBe(302);
    expect(peer.received).toHaveLength(21);
  });

  test('a refusal after a redirect is not repeated', async () => {
    peer.answer = ({ path }, response) => {
      if (path === '/start') response.writeHead(302, { location: '/next' }).end();
      else response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end();
    };
    expect((await client(`${peer.origin}/start`)).status).toBe(401);
    expect(peer.received.map(({ path }) => path)).toEqual(['/start', '/next']);
  });

  test('a signal ends it between two steps', async () => {
    const controller = new AbortController();
    peer.answer = ({ path }, response) => {
      if (path === '/start') response.writeHead(302, { location: '/next' }).end();
      else controller.abort(new Error('stop'));
    };
    await expect(client(`${peer.origin}/start`, { signal: controller.signal })).rejects.toThrow('stop');
  });
});

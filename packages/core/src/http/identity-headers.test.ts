import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { isIdentityHeader, removeIdentityHeaders } from './identity-headers.ts';

test('attack 46: names that could be taken for a caller are known in every spelling', () => {
  for (const name of [
    'x-workload-identity',
    'X-Workload-Identity-Subject',
    'x_workload_identity_subject',
    'X-WORKLOAD_IDENTITY',
  ]) {
    expect(isIdentityHeader(name)).toBe(true);
  }
  for (const name of ['', 'x-workload', 'workload-identity', 'x-request-id', 'authorization']) {
    expect(isIdentityHeader(name)).toBe(false);
  }
});

async function received(look: (request: IncomingMessage) => void): Promise<Record<string, string[]>> {
  let seen: Record<string, string[]> = {};
  const server = createServer((request, response) => {
    look(request);
    removeIdentityHeaders(request);
    seen = {
      raw: request.rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase()),
      parsed: Object.keys(request.headers),
      distinct: Object.keys(request.headersDistinct),
    };
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const headers = { a: '1', 'x-workload-identity-subject': 'me', b: '2', x_workload_identity: 'me', c: '3' };
  await fetch(`http://127.0.0.1:${port}`, { headers });
  server.close();
  server.closeAllConnections();
  return seen;
}

test.each<[string, (request: IncomingMessage) => void]>([
  ['none was read before', () => undefined],
  ['the parsed ones were read before', (request) => request.headers],
  ['the distinct ones were read before', (request) => request.headersDistinct],
])('attack 46: they are gone from all three views of Node, and the others are not: %s', async (_, look) => {
  for (const names of Object.values(await received(look))) {
    expect(names.filter(isIdentityHeader)).toEqual([]);
    for (const name of ['a', 'b', 'c', 'host']) expect(names).toContain(name);
  }
});

test('attack 46: a platform without raw headers is cleaned too', () => {
  const headers = { 'x-workload-identity-subject': 'me', host: 'h' };
  removeIdentityHeaders({ rawHeaders: [], headers });
  expect(headers).toEqual({ host: 'h' });
});

import { type IncomingMessage, ServerResponse } from 'node:http';
import { type ClientHttp2Stream, connect } from 'node:http2';
import { connect as connectSocket, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { VerifiedIdentity, Verifier } from '@workload-identity/core';
import fastify, { type FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { workloadIdentity } from './index.ts';

const GOOD = { authorization: 'Bearer good' };
const SPOOFED = { 'x-workload-identity-subject': ['me', 'me again'], x_workload_identity_roles: 'admin' };

/** Says yes to everyone: what is tested here is what a handler sees. */
const identity: Verifier = {
  async verify() {
    return Object.freeze({ subject: 'spiffe://prod.example.com/orders' }) as unknown as VerifiedIdentity;
  },
};

/** Serves HTTP/2 for one request with a body and trailers, and gives what comes back. */
async function overHttp2(
  beforeParsing: (request: FastifyRequest) => void,
  handler: (request: FastifyRequest) => unknown,
): Promise<unknown> {
  const server = fastify({ http2: true });
  await server.register(workloadIdentity, { identity });
  server.addHook('preParsing', async (request) => beforeParsing(request as never));
  server.post('/', async (request) => handler(request as never));
  const session = connect(await server.listen({ port: 0, host: '127.0.0.1' }));
  try {
    const headers = { ':method': 'POST', 'content-type': 'application/json', ...GOOD };
    const stream = session.request(headers, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ ...SPOOFED, checksum: 'abc' }));
    stream.end('{}');
    return JSON.parse(await text(stream));
  } finally {
    session.close();
    await server.close();
  }
}

describe('attack 46: over HTTP/2', () => {
  it('no handler sees a trailer that names a caller, and every handler sees the others', async () => {
    const seen = await overHttp2(
      () => undefined,
      async ({ raw: { trailers, rawTrailers } }) => {
        while (rawTrailers.length === 0) await new Promise((resolve) => setImmediate(resolve));
        return { trailers, rawTrailers };
      },
    );
    expect(seen).toEqual({ trailers: { checksum: 'abc' }, rawTrailers: ['checksum', 'abc'] });
  });

  it('no listener sees one, not even the first', async () => {
    let told: (event: object) => void = () => undefined;
    const event = new Promise((resolve) => {
      told = resolve;
    });
    const listen = ({ raw }: FastifyRequest) => {
      const { stream } = raw as unknown as { stream: ClientHttp2Stream };
      stream.prependListener('trailers', (parsed, _flags, ...more: unknown[]) => told({ parsed, raw: more }));
    };
    const seen = await overHttp2(listen, () => event);
    expect(seen).toEqual({ parsed: { checksum: 'abc' }, raw: [['checksum', 'abc']] });
  });
});

it('attack 46: a request to upgrade that the server routes shows none, in headers and in trailers', async () => {
  const server = fastify();
  await server.register(workloadIdentity, { identity });
  server.get('/', async ({ raw }) => {
    await new Promise((resolve) => raw.on('end', resolve).resume());
    return [Object.keys(raw.headers), raw.rawHeaders, Object.keys(raw.trailers), raw.rawTrailers].flat();
  });
  server.server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    const response = new ServerResponse(request);
    response.assignSocket(socket);
    server.routing(request, response);
    response.on('finish', () => socket.end());
  });
  const { port } = new URL(await server.listen({ port: 0, host: '127.0.0.1' }));
  const socket = connectSocket(Number(port), '127.0.0.1');
  socket.write(
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\nAuthorization: Bearer good\r\n',
  );
  socket.write('X-Workload-Identity-Subject: me\r\nTransfer-Encoding: chunked\r\n\r\n');
  socket.write('1\r\na\r\n0\r\nX-Workload-Identity-Subject: me\r\n\r\n');
  const answer = await text(socket);
  await server.close();
  expect(answer).toContain('"upgrade"');
  expect(answer).not.toMatch(/workload-identity/i);
});

it('an injected request in chunks, which no parser has read, is served', async () => {
  const server = fastify();
  await server.register(workloadIdentity, { identity });
  server.post('/', async ({ raw }) => ({ trailers: raw.trailers ?? {}, raw: raw.rawTrailers ?? [] }));
  const headers = { ...GOOD, 'transfer-encoding': 'chunked', 'content-type': 'application/json' };
  const response = await server.inject({ method: 'POST', url: '/', headers, payload: '{}' });
  expect([response.statusCode, response.json()]).toEqual([200, { trailers: {}, raw: [] }]);
  await server.close();
});

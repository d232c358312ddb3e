import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import { text } from 'node:stream/consumers';
import type { Verifier } from '@workload-identity/core';
import fastify from 'fastify';
import { expect, it } from 'vitest';
import { workloadIdentity } from './index.ts';

const identity: Verifier = { verify: () => Promise.reject(new Error('never asked')) };
const CANARY = 'CANARY0123456789'.repeat(200);

/** What is answered to a request over HTTP/2, where any text can be a method, what is told of it, and what has run for it. */
async function answered(method: string) {
  const events: unknown[] = [];
  const ran: string[] = [];
  const listen = (event: unknown) => void events.push(event);
  subscribe('workload-identity:http', listen);
  const server = fastify({ http2: true });
  await server.register(workloadIdentity, { identity });
  server.all('/*', async () => void ran.push('a route'));
  server.setNotFoundHandler(async () => void ran.push('the 404 handler'));
  const session = connect(await server.listen({ port: 0, host: '127.0.0.1' }));
  try {
    const stream = session.request({ ':method': method, ':path': `/${CANARY}` }, { endStream: true });
    const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    const { ':status': status, ...others } = headers;
    return { status, answer: JSON.stringify(others) + (await text(stream)), events, ran };
  } finally {
    unsubscribe('workload-identity:http', listen);
    session.close();
    await server.close();
  }
}

it.each([
  ['a method that Fastify routes', 'GET', 401],
  ['another', 'FOO', 404],
  ['a long one', CANARY, 404],
])('over HTTP/2, %s of a stranger is not in the answer, and runs nothing', async (_, method, expected) => {
  const { status, answer, events, ran } = await answered(method);
  expect([status, ran]).toEqual([expected, []]);
  expect(answer).not.toContain('CANARY');
  expect(answer.length).toBeLessThan(500);
  // Fastify itself answers what it does not route, before any hook.
  expect(events).toEqual(expected === 401 ? [{ status: 401, code: 'credential_missing' }] : []);
});

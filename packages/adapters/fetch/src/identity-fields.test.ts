import { createServer, type IncomingMessage } from 'node:http';
import { listen } from '@workload-identity/adapter-suite';
import { defineVerify, type VerifiedIdentity, type Verifier } from '@workload-identity/core';
import { describe, expect, it } from 'vitest';
import { protect } from './index.ts';

const SPOOFED = { 'x-workload-identity-subject': 'me', x_workload_identity_roles: 'admin' };
const GOOD = { authorization: 'Bearer good' };
const identity: Verifier = {
  verify: defineVerify(() => Object.freeze({ subject: 'spiffe://a.example/b' }) as VerifiedIdentity),
};

/** What a handler behind `protect` was given beside the request, by a server that passes this on. */
async function passedOn(
  rest: (incoming: IncomingMessage) => readonly unknown[],
): Promise<readonly unknown[]> {
  let given: readonly unknown[] = [];
  const handle = protect<unknown[]>(identity, (_request, _context, ...more) => {
    given = more;
    return new Response();
  });
  const server = await listen(
    createServer(async (incoming, outgoing) => {
      const request = new Request('http://localhost', { headers: GOOD });
      outgoing.end(await (await handle(request, ...rest(incoming))).text());
    }),
  );
  await fetch(`http://127.0.0.1:${server.port}`, { headers: SPOOFED });
  await server.close();
  return given;
}

describe('attack 46: the request of Node that a server passes on names no caller', () => {
  it.each<[string, (incoming: IncomingMessage) => readonly unknown[]]>([
    ['as itself', (incoming) => [incoming]],
    ['behind something else', (incoming) => [undefined, null, 1, 'x', { incoming }]],
    ['as `incoming`', (incoming) => [{ incoming }]],
    ['as `req`', (incoming) => [{ req: incoming }]],
  ])('%s', async (_, rest) => {
    let incoming: IncomingMessage | undefined;
    const given = await passedOn((request) => {
      incoming = request;
      return rest(request);
    });
    const names = [...Object.keys(incoming?.headers ?? {}), ...(incoming?.rawHeaders ?? [])].join(' ');
    expect(names).toContain('host');
    expect(names).not.toMatch(/x.workload/);
    expect(given).toEqual(rest(incoming as IncomingMessage));
  });
});

it('what only looks a little like one is passed on as it is', async () => {
  const rawHeaders = ['x-workload-identity', 'me'];
  const values = [{ incoming: { rawHeaders } }, { req: { headers: {} } }, { rawHeaders, headers: null }, []];
  expect(await passedOn(() => values)).toEqual(structuredClone(values));
});

/** A request as some platforms make it: its headers cannot be changed. */
function unchangeable(request: Request, deleted: () => void): Request {
  const { headers } = request;
  const get = () => Object.assign(new Headers(headers), { delete: deleted });
  return Object.defineProperty(request, 'headers', { get });
}

describe('attack 46: a request of the Fetch standard has no such header, and keeps all else', () => {
  const headers = { ...GOOD, ...SPOOFED, 'X.Workload.Identity': 'me', 'content-type': 'text/plain' };
  const sent = () => new Request('http://localhost', { method: 'PUT', headers, body: 'body' });
  const handle = protect(identity, async (request) =>
    Response.json([request.method, await request.text(), Object.fromEntries(request.headers)]),
  );
  const expected = ['PUT', 'body', { ...GOOD, 'content-type': 'text/plain' }];

  it('for the handler, and for whoever else holds it', async () => {
    const request = sent();
    expect(await (await handle(request)).json()).toEqual(expected);
    expect([...request.headers.keys()]).toEqual(['authorization', 'content-type']);
  });

  it.each([
    [
      'throws',
      () => {
        throw new TypeError('immutable');
      },
    ],
    ['changes nothing', () => undefined],
  ])('where to change its headers %s', async (_, deleted) => {
    expect(await (await handle(unchangeable(sent(), deleted))).json()).toEqual(expected);
  });
});

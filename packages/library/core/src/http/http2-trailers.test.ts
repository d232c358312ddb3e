import { type EventEmitter, once } from 'node:events';
import {
  type ClientHttp2Session,
  connect,
  createServer,
  type Http2ServerRequest,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { turn } from '../../test/support/exchange.ts';
import { isIdentityField } from './identity-fields.ts';
import { removeIdentityFields } from './remove-identity-fields.ts';

const SPOOFED = {
  'x-workload-identity': 'me',
  'X-Workload-Identity-Subject': ['me', 'me again'],
  x_workload_identity_roles: 'admin',
  'x.workload.identity.roles': 'admin',
};
const KEPT = { checksum: 'abc', via: ['a', 'b'], 'x-workload': 'kept' };
const RAW = ['checksum', 'abc', 'via', 'a', 'via', 'b', 'x-workload', 'kept'];
const PARSED = { checksum: 'abc', via: 'a, b', 'x-workload': 'kept' };

/** Sends headers, a body and trailers, or headers alone where there are no trailers. */
async function send(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  trailers?: OutgoingHttpHeaders,
) {
  const stream = session.request(headers, { endStream: trailers === undefined, waitForTrailers: true });
  if (trailers !== undefined) {
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end('body');
  }
  stream.resume();
  await once(stream, 'close');
}

async function exchange<T>(
  handle: (request: Http2ServerRequest) => Promise<T>,
  headers: OutgoingHttpHeaders = { ':method': 'POST' },
  trailers?: OutgoingHttpHeaders,
): Promise<T> {
  let handled: Promise<T> | undefined;
  const server = createServer((request, response) => {
    handled = handle(request);
    handled.finally(() => response.end()).catch(() => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  try {
    await send(session, headers, trailers);
  } finally {
    session.close();
    server.close();
  }
  if (handled === undefined) throw new Error('no request came');
  return handled;
}

function withTrailers<T>(handle: (request: Http2ServerRequest) => Promise<T>): Promise<T> {
  return exchange(handle, { ':method': 'POST' }, { ...SPOOFED, ...KEPT });
}

function namesIn({ trailers, rawTrailers }: Http2ServerRequest): string[] {
  return [...Object.keys(trailers), ...rawTrailers.filter((_, at) => at % 2 === 0)];
}

/** Notes the names an event `trailers` brings; before all others, as any handler can. */
function listenFirst(stream: EventEmitter, names: string[]): void {
  stream.prependListener('trailers', (parsed: object, _flags: number, raw: string[]) => {
    names.push(...Object.keys(parsed), ...raw.filter((_, at) => at % 2 === 0));
  });
}

async function ended(request: Http2ServerRequest): Promise<void> {
  await new Promise((resolve) => request.on('end', resolve).resume());
  await turn();
}

describe('attack 46: over HTTP/2, no trailer that names a caller is ever seen', () => {
  it('by whatever looks, at every moment', async () => {
    const names = await withTrailers(async (request) => {
      removeIdentityFields(request);
      const seen = namesIn(request);
      const look = () => void seen.push(...namesIn(request));
      listenFirst(request.stream, seen);
      request.stream.on('trailers', look);
      request.on('data', look).on('end', look).on('close', look);
      await ended(request);
      look();
      return seen;
    });
    expect(names).toContain('checksum');
    expect(names.filter(isIdentityField)).toEqual([]);
  });

  it('where the adapter runs after they have come', async () => {
    const names = await withTrailers(async (request) => {
      await ended(request);
      removeIdentityFields(request);
      return namesIn(request);
    });
    expect(names).toContain('checksum');
    expect(names.filter(isIdentityField)).toEqual([]);
  });
});

it('over HTTP/2 the other trailers are where they always are, and in the event, after two adapters too', async () => {
  const views = await withTrailers(async (request) => {
    const { trailers, rawTrailers, stream } = request;
    removeIdentityFields(request);
    const { emit } = stream;
    removeIdentityFields(request);
    expect(stream.emit).toBe(emit);
    const event = once(stream, 'trailers');
    await ended(request);
    return { trailers, rawTrailers, event: await event };
  });
  expect(views).toMatchObject({ trailers: PARSED, rawTrailers: RAW });
  expect(views.event).toEqual([expect.objectContaining(PARSED), expect.any(Number), RAW]);
});

it('attack 46: over HTTP/2 the headers are cleared, whatever the case they were given in', async () => {
  const names = await exchange(
    async (request) => {
      removeIdentityFields(request);
      return [...Object.keys(request.headers), ...request.rawHeaders.filter((_, at) => at % 2 === 0)];
    },
    { ...SPOOFED, checksum: 'abc' },
  );
  expect(names.filter((name) => name === 'checksum')).toHaveLength(2);
  expect(names.filter(isIdentityField)).toEqual([]);
});

it('a stream that ended with its headers cannot have trailers, and nothing is added to it', async () => {
  const [before, after] = await exchange(async (request) => {
    const own = Reflect.ownKeys(request.stream);
    removeIdentityFields(request);
    return [own, Reflect.ownKeys(request.stream)];
  });
  expect(after).toEqual(before);
});

import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { answerEnd, drive } from './drive.ts';

const answer = (body: string, headers = ''): string =>
  `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;

describe('the end of an answer', () => {
  test('is known once it is all there, wherever it was cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'binary-ascii' }), (body, more) => {
        const whole = answer(body);
        for (let at = 0; at < whole.length; at++) expect(answerEnd(whole.slice(0, at))).toBe(-1);
        expect(answerEnd(whole + more)).toBe(whole.length);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ['in any case', 'HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh: 2\r\n\r\nhi', 40],
    [
      'not in another header',
      answer('hi', 'X-Content-Length: 9\r\n'),
      answer('hi', 'X-Content-Length: 9\r\n').length,
    ],
    ['not in the body', answer('\r\ncontent-length: 9\r\n'), answer('\r\ncontent-length: 9\r\n').length],
    ['after a body that is empty', answer(''), answer('').length],
  ])('its length is read %s', (_, text, end) => {
    expect(answerEnd(text)).toBe(end);
  });

  test('is an error where the answer does not say how long it is', () => {
    expect(() => answerEnd('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n')).toThrow(
      'how long',
    );
    expect(() => answerEnd('HTTP/1.1 200 OK\r\n\r\nContent-Length: 2\r\n')).toThrow('how long');
  });
});

describe('driving a server', () => {
  const servers: TcpServer[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function serve(listener: RequestListener): Promise<number> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  const requests = (count: number): Buffer[] =>
    Array.from({ length: count }, (_, at) => Buffer.from(`GET /${at} HTTP/1.1\r\nHost: localhost\r\n\r\n`));
  const ok: RequestListener = (_, response) => response.setHeader('Content-Length', 2).end('ok');

  test('sends each request once, over as many connections as said, and counts the answers', async () => {
    const seen: string[] = [];
    const sockets = new Set<unknown>();
    const port = await serve((request, response) => {
      seen.push(request.url ?? '');
      sockets.add(request.socket);
      ok(request, response);
    });
    const report = await drive(requests(50), { port, connections: 4, milliseconds: 60_000, endless: false });
    expect(report.requests).toBe(50);
    expect([...new Set(seen)]).toHaveLength(50);
    expect(seen).toHaveLength(50);
    expect(sockets.size).toBe(4);
    expect(report.seconds).toBeGreaterThan(0);
    expect(report.busy).toBeGreaterThan(0);
  });

  test('sends the same ones over and over until the time is over', async () => {
    let seen = 0;
    const port = await serve((request, response) => {
      seen++;
      ok(request, response);
    });
    const report = await drive(requests(1), { port, connections: 2, milliseconds: 100, endless: true });
    expect(report.requests).toBe(seen);
    expect(report.requests).toBeGreaterThan(2);
    expect(report.seconds).toBeGreaterThanOrEqual(0.09);
  });

  test('reads an answer that comes in pieces', async () => {
    const server = createTcpServer((socket) => {
      socket.setNoDelay(true).on('error', () => undefined);
      socket.on('data', async () => {
        for (const piece of ['HTTP/1.1 200 OK\r\ncont', 'ent-length: 4\r\n\r', '\nab', 'cd']) {
          socket.write(piece);
          await new Promise((resolve) => setImmediate(resolve));
        }
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const order = { port, connections: 1, milliseconds: 60_000, endless: false };
    expect((await drive(requests(3), order)).requests).toBe(3);
  });

  test('fails for any answer but 200: a server that refuses is quick', async () => {
    let seen = 0;
    const port = await serve((request, response) => {
      if (++seen < 5) return ok(request, response);
      response.writeHead(401, { 'Content-Length': 0 }).end();
    });
    const order = { port, connections: 2, milliseconds: 60_000, endless: true };
    await expect(drive(requests(1), order)).rejects.toThrow('HTTP/1.1 401 Unauthorized');
  });

  test('fails where nobody listens', async () => {
    const port = await serve(ok);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const order = { port, connections: 1, milliseconds: 60_000, endless: false };
    await expect(drive(requests(1), order)).rejects.toThrow('ECONNREFUSED');
  });
});

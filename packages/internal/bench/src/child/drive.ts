import { connect, type Socket } from 'node:net';
import type { LoadReport } from './messages.ts';

/** How to drive a server. */
export interface Drive {
  readonly port: number;
  readonly connections: number;
  readonly milliseconds: number;
  /** Sends the requests over and over; otherwise each of them once. */
  readonly endless: boolean;
}

const GOOD = 'HTTP/1.1 200 ';

/** Where the first answer in a text ends; -1 while it is not all there. */
export function answerEnd(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return -1;
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(text.slice(0, head + 2))?.[1];
  if (length === undefined) throw new Error('the server does not say how long its answer is');
  const end = head + 4 + Number(length);
  return text.length >= end ? end : -1;
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

/**
 * Drives a server over kept-alive connections, one request under way on each, until the time is over or every request was
 * sent. Any answer but 200 is an error: a server that refuses is quick.
 */
export async function drive(requests: readonly Buffer[], order: Drive): Promise<LoadReport> {
  const sockets = await Promise.all(Array.from({ length: order.connections }, () => open(order.port)));
  let sent = 0;
  let answered = 0;
  let over = false;
  const lane = (socket: Socket): Promise<void> =>
    new Promise((resolve, reject) => {
      let partial = '';
      const next = (): void => {
        if (over || (!order.endless && sent >= requests.length)) {
          resolve();
          return;
        }
        socket.write(requests[sent++ % requests.length] as Buffer);
      };
      socket.on('error', reject);
      socket.on('data', (chunk) => {
        partial += chunk.toString('latin1');
        const end = answerEnd(partial);
        if (end < 0) return;
        if (end !== partial.length || !partial.startsWith(GOOD)) {
          over = true;
          reject(new Error(`the server answered ${partial.slice(0, partial.indexOf('\r\n'))}`));
          return;
        }
        partial = '';
        answered++;
        next();
      });
      next();
    });
  const start = performance.now();
  const loop = performance.eventLoopUtilization();
  let spun = 0;
  let last = start;
  let seen = 0;
  const stayAwake = (): void => {
    const now = performance.now();
    if (answered === seen) spun += now - last;
    seen = answered;
    last = now;
    if (!over) setImmediate(stayAwake);
  };
  // To wake a process costs the server's write, and the more so the slower the server is. Where every request is different
  // it sleeps all the same: servers check signatures on the other processors.
  if (order.endless) stayAwake();
  const timer = setTimeout(() => {
    over = true;
  }, order.milliseconds);
  try {
    await Promise.all(sockets.map(lane));
  } finally {
    over = true;
    clearTimeout(timer);
    for (const socket of sockets) socket.destroy();
  }
  const milliseconds = performance.now() - start;
  const idle = spun + performance.eventLoopUtilization(loop).idle;
  return { requests: answered, seconds: milliseconds / 1_000, busy: 1 - idle / milliseconds };
}

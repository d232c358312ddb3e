import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call as it went over the wire. */
export interface Call {
  /** `Sign`, `GetPublicKey`, … */
  readonly action: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

/** Answers a call in place of the emulator, or changes its answer. Returns undefined to let the call through. */
export type Fault = (call: Call, response: ServerResponse, forward: () => Promise<Answer>) => unknown;

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface KmsProxy {
  readonly url: string;
  readonly calls: readonly Call[];
  /** The faults of the next calls, one each; afterwards calls go through. */
  next(...faults: Fault[]): void;
  /** The fault of every call from now on; none ends it. */
  always(fault?: Fault): void;
  /** How many connections are open. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

export function reply(response: ServerResponse, status: number, body: Record<string, unknown>): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': 'wire-0001',
  });
  response.end(JSON.stringify(body));
}

/** AWS's way to say no. */
export const fails =
  (type: string, message = '', status = 400): Fault =>
  (_call, response) => {
    reply(response, status, { __type: type, message });
    return true;
  };

/** Cuts the connection before an answer. */
export const resets: Fault = (_call, response) => {
  response.socket?.resetAndDestroy();
  return true;
};

/** Never answers. */
export const hangs: Fault = () => true;

/** Begins an answer and never ends it. */
export const stalls: Fault = (_call, response) => {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': '1000' });
  response.write('{"KeyId":');
  return true;
};

/** Lets the call through and changes the answer. */
export const alters =
  (change: (body: Record<string, unknown>) => Record<string, unknown>): Fault =>
  (_call, response, forward) => {
    void forward().then(({ status, body }) => reply(response, status, { ...body, ...change(body) }));
    return true;
  };

async function text(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

function forwardTo(target: string, headers: IncomingMessage['headers'], body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onward = request(target, { method: 'POST', headers, agent: false }, (answer) => {
      text(answer).then(
        (text) => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) as Answer['body'] }),
        reject,
      );
    });
    onward.on('error', reject);
    onward.end(body);
  });
}

/** A real HTTP server before the emulator at `target`: it counts the calls and does them harm when told to. */
export async function startProxy(target: string): Promise<KmsProxy> {
  const calls: Call[] = [];
  let queue: Fault[] = [];
  let standing: Fault | undefined;
  const server = createServer(async (incoming, response) => {
    const body = await text(incoming);
    const action = String(incoming.headers['x-amz-target']).replace('TrentService.', '');
    const call: Call = { action, headers: incoming.headers, body: JSON.parse(body) as Call['body'] };
    calls.push(call);
    const forward = () => forwardTo(target, incoming.headers, body);
    const fault = queue.shift() ?? standing;
    if (fault?.(call, response, forward)) return;
    try {
      const { status, body: answer } = await forward();
      reply(response, status, answer);
    } catch {
      response.socket?.resetAndDestroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    next: (...faults) => {
      queue = faults;
    },
    always: (fault) => {
      standing = fault;
    },
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

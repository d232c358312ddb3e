import { connect } from 'node:net';

/** A request as bytes go over the wire: nothing here is corrected or normalised. */
export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  /** Bytes, or text in Latin-1. `Host` and `Connection: close` are added. */
  readonly headers?: readonly (readonly [string, string | Uint8Array])[];
  readonly body?: string;
  /** Sends the body in one chunk, with these behind it. */
  readonly trailers?: readonly (readonly [string, string])[];
}

/** A response as it came. */
export interface RawResponse {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: string;
  /** All of it, in Latin-1. */
  readonly text: string;
}

const TIMEOUT = 10_000;

const latin1 = (text: string) => Buffer.from(text, 'latin1');

function encodeFields(fields: NonNullable<RawRequest['headers']>): Buffer[] {
  return fields.flatMap(([name, value]) => [
    latin1(`${name}: `),
    typeof value === 'string' ? latin1(value) : value,
    latin1('\r\n'),
  ]) as Buffer[];
}

/** The headers that go with a body, and what goes behind the headers. */
function encodeBody({ body, trailers }: RawRequest): { headers: [string, string][]; bytes: Buffer } {
  if (body === undefined) return { headers: [], bytes: latin1('') };
  const type: [string, string] = ['Content-Type', 'application/json'];
  if (trailers === undefined) {
    return { headers: [type, ['Content-Length', String(body.length)]], bytes: latin1(body) };
  }
  const chunks = latin1(`${body.length.toString(16)}\r\n${body}\r\n0\r\n`);
  const bytes = Buffer.concat([chunks, ...encodeFields(trailers), latin1('\r\n')]);
  return { headers: [type, ['Transfer-Encoding', 'chunked']], bytes };
}

function encode(request: RawRequest): Buffer {
  const { method = 'GET', path = '/', headers = [] } = request;
  const body = encodeBody(request);
  const all = [['Host', 'localhost'], ['Connection', 'close'], ...headers, ...body.headers] as const;
  return Buffer.concat([
    latin1(`${method} ${path} HTTP/1.1\r\n`),
    ...encodeFields(all),
    latin1('\r\n'),
    body.bytes,
  ]);
}

function unchunk(text: string): string {
  let body = '';
  for (let rest = text; ; ) {
    const line = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.slice(0, line), 16);
    if (line === -1 || !(size > 0)) return body;
    body += rest.slice(line + 2, line + 2 + size);
    rest = rest.slice(line + 2 + size + 2);
  }
}

function decode(text: string): RawResponse {
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const rest = text.slice(end + 4);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1]),
    header: (name) => headers.get(name),
    body: headers.get('transfer-encoding') === 'chunked' ? unchunk(rest) : rest,
    text,
  };
}

/** Sends one request over a connection of its own and reads until the server closes it. */
export function sendRaw(port: number, request: RawRequest): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1' });
    socket.setTimeout(TIMEOUT, () => socket.destroy(new Error('the server did not answer in time')));
    socket.on('data', (chunk) => chunks.push(chunk));
    // A server that refuses early may reset the connection while the rest of a large request is still on its way.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (chunks.length === 0 || (error.code !== 'ECONNRESET' && error.code !== 'EPIPE')) reject(error);
    });
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('latin1');
      if (text === '') reject(new Error('the server closed the connection without an answer'));
      else resolve(decode(text));
    });
    socket.write(encode(request));
  });
}

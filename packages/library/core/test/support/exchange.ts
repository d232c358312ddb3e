import { createServer, type IncomingMessage, type ServerOptions } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

/** Waits until what is under way on the loop has had its turn. */
export const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Sends bytes to a server of HTTP/1 and gives what `handle` gave, or undefined where no request came of them. They ask the
 * server to close the connection; several pieces go one by one.
 */
export async function exchange<T>(
  bytes: string | readonly string[],
  handle: (request: IncomingMessage) => T | Promise<T>,
  options: ServerOptions = {},
): Promise<T | undefined> {
  let handled: Promise<T> | undefined;
  const server = createServer(options, (request, response) => {
    // At once, as an adapter runs: the parser has not gone on to the body.
    handled = (async () => handle(request))();
    handled.finally(() => response.end()).catch(() => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setNoDelay(true);
  // A server that refuses early may reset the connection while the rest is still on its way.
  const closed = new Promise((resolve) =>
    socket
      .on('error', () => undefined)
      .on('close', resolve)
      .resume(),
  );
  for (const piece of [bytes].flat()) {
    socket.write(piece);
    await turn();
  }
  await closed;
  server.close();
  return handled;
}

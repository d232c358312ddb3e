import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningServer } from './adapter.ts';

/** Starts a server on a free port of the loopback interface. */
export async function listen(server: Server): Promise<RunningServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

import { createServer, type Server, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A load balancer with one backend: what lets a service be replaced without its callers noticing. */
export class Balancer {
  readonly origin: string;
  readonly #server: Server;
  #backend = '';
  #underway = new Map<string, number>();

  private constructor(server: Server) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(): Promise<Balancer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const balancer = new Balancer(server);
    server.on('request', (incoming, outgoing) => {
      const backend = balancer.#backend;
      balancer.#count(backend, 1);
      outgoing.once('close', () => balancer.#count(backend, -1));
      const { method, headers, url } = incoming;
      // A connection for each request: none can be closed under a request by a backend that stops.
      const onward = send(`${backend}${url}`, { method, headers, agent: false }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.writeHead(502).end());
      incoming.pipe(onward);
    });
    return balancer;
  }

  /** Sends new requests to another backend, and waits until the old one has answered all of its. */
  async switchTo(backend: string): Promise<void> {
    const old = this.#backend;
    this.#backend = backend;
    while ((this.#underway.get(old) ?? 0) > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #count(backend: string, change: number): void {
    this.#underway.set(backend, (this.#underway.get(backend) ?? 0) + change);
  }
}

import { expect } from 'vitest';
import type { Adapter, Call, RunningServer, SuiteApp } from './adapter.ts';
import { expectAnswer, type Refusal } from './expected.ts';
import { type RawRequest, type RawResponse, sendRaw } from './raw-http.ts';
import type { World } from './world.ts';

/** One running server of one adapter, and a record of every handler that ran. */
export class Harness {
  readonly calls: (Call & { readonly route: string })[] = [];
  readonly log: string[] = [];
  readonly world: World;
  readonly adapter: Adapter;
  #server: RunningServer | undefined;

  constructor(adapter: Adapter, world: World) {
    this.adapter = adapter;
    this.world = world;
  }

  async start(identity: SuiteApp['identity'] = this.world.identity): Promise<void> {
    this.#server = await this.adapter.start({
      identity,
      handled: (route, call) => {
        this.calls.push({ route, ...call });
        return `handled ${route}`;
      },
      log: (line) => this.log.push(line),
    });
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  send(request: RawRequest): Promise<RawResponse> {
    if (this.#server === undefined) throw new Error('the server was not started');
    return sendRaw(this.#server.port, request);
  }

  /** The request is answered with exactly this refusal and reaches no handler. */
  async refuses(request: RawRequest, refusal: Refusal): Promise<void> {
    const before = this.calls.length;
    expectAnswer(await this.send(request), refusal, request.method);
    expect(this.calls.slice(before)).toEqual([]);
  }

  /** The request reaches the handler of a route once, with this caller. */
  async admits(request: RawRequest, route: string, subject: string | undefined): Promise<Call> {
    const before = this.calls.length;
    const response = await this.send(request);
    const calls = this.calls.slice(before);
    expect({ status: response.status, calls: calls.map((call) => [call.route, call.subject]) }).toEqual({
      status: 200,
      calls: [[route, subject]],
    });
    return calls[0] as Call;
  }
}

/** A header `Authorization: Bearer`. */
export function bearer(token: string): [string, string] {
  return ['Authorization', `Bearer ${token}`];
}

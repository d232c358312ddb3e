import { createServer, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { createAdaptorServer } from '@hono/node-server';
import {
  type Adapter,
  FieldWatch,
  listen,
  routes,
  runAdapterSuite,
  type SuiteApp,
} from '@workload-identity/adapter-suite';
import type { VerifiedIdentity } from '@workload-identity/core';
import type { RouteOptions } from '@workload-identity/core/http';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { type CallContext, protect } from './index.ts';

/** What a server passes on beside the request: the request of Node, as Hono does it. */
interface Passed {
  readonly incoming: IncomingMessage;
}
type Handler = (request: Request, passed: Passed) => Promise<Response>;

function protectedRoute(suite: SuiteApp, route: string, options: RouteOptions): Handler {
  return protect(
    suite.identity,
    async (request: Request, { caller }: CallContext<VerifiedIdentity | undefined>, { incoming }: Passed) => {
      const { method, headers } = request;
      const watch = new FieldWatch(incoming);
      // The body must still be there after headers were taken off.
      const hasBody = headers.has('content-length') || headers.has('transfer-encoding');
      if (hasBody && (await request.text()) !== '{}') return new Response(null, { status: 500 });
      const { headerNames, trailerNames } = await watch.toTheEnd();
      const names = [...headers.keys(), ...headerNames];
      const call = { method, subject: caller?.subject, headerNames: names, trailerNames };
      return new Response(suite.handled(route, call));
    },
    options,
  );
}

function missing(suite: SuiteApp): (request: Request) => Promise<Response> {
  return protect(suite.identity, () => new Response('nothing here', { status: 404 }));
}

function construct(identity: unknown, options: unknown): void {
  protect(identity as never, () => new Response(), options as never);
}

function honoApp(suite: SuiteApp) {
  const app = new Hono<{ Bindings: Passed }>();
  for (const { name, path, options } of routes) {
    const handler = protectedRoute(suite, name, options);
    app.all(path, (context) => handler(context.req.raw, context.env));
  }
  const mounted = protectedRoute(suite, 'mounted', {});
  app.route(
    '/mounted',
    new Hono<{ Bindings: Passed }>().all('/secret', (context) => mounted(context.req.raw, context.env)),
  );
  const own = protectedRoute(suite, 'own', {});
  app.mount('/own', (request: Request, passed: Passed) =>
    new URL(request.url).pathname === '/secret' ? own(request, passed) : missing(suite)(request),
  );
  // What Hono itself cannot make a request of, such as TRACE below a mount.
  app.onError((_, context) => context.text('error', 500));
  app.notFound((context) => missing(suite)(context.req.raw));
  return app;
}

const hono: Adapter = {
  hasPublicRoute: false,
  construct,
  start: (suite) =>
    listen(createAdaptorServer({ fetch: honoApp(suite).fetch }) as ReturnType<typeof createServer>),
};

/** `Request` from a request of Node: header by header, so that a second `Authorization` is not lost. */
function requestFrom(incoming: IncomingMessage): Request {
  const headers = new Headers();
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
    headers.append(incoming.rawHeaders[at] ?? '', incoming.rawHeaders[at + 1] ?? '');
  }
  const { method = 'GET', url = '/' } = incoming;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(new URL(url, 'http://localhost'), {
    method,
    headers,
    ...(hasBody ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' } : {}),
  });
}

const plainNode: Adapter = {
  hasPublicRoute: false,
  construct,
  start(suite) {
    const handlers = new Map<string, Handler>([
      ...routes.map(({ name, path, options }) => [path, protectedRoute(suite, name, options)] as const),
      ['/mounted/secret', protectedRoute(suite, 'mounted', {})] as const,
      ['/own/secret', protectedRoute(suite, 'own', {})] as const,
    ]);
    const otherwise = missing(suite);
    const server = createServer(async (incoming, outgoing) => {
      try {
        const request = requestFrom(incoming);
        const handler = handlers.get(new URL(request.url).pathname) ?? otherwise;
        const response = await handler(request, { incoming });
        outgoing.writeHead(response.status, [...response.headers].flat());
        outgoing.end(Buffer.from(await response.arrayBuffer()));
      } catch {
        outgoing.writeHead(400).end();
      }
    });
    return listen(server);
  },
};

await runAdapterSuite('fetch on Hono', hono);
await runAdapterSuite('fetch on plain Node', plainNode);

test('attack 43: a handler is required', () => {
  const identity = { verify: () => Promise.reject(new Error('never asked')) };
  for (const handler of [undefined, null, {}])
    expect(() => protect(identity, handler as never)).toThrow(TypeError);
});

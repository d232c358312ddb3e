import { type Adapter, routes, runAdapterSuite, type SuiteApp } from '@workload-identity/adapter-suite';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type WorkloadIdentityRouteConfig, workloadIdentity } from './index.ts';

function headerNames({ headers, raw }: FastifyRequest): string[] {
  return [
    ...Object.keys(headers),
    ...Object.keys(raw.headers),
    ...Object.keys(raw.headersDistinct),
    ...raw.rawHeaders.filter((_, at) => at % 2 === 0),
  ];
}

function handlerFor(suite: SuiteApp, route: string) {
  return async (request: FastifyRequest) => {
    const subject = request.caller?.subject;
    return suite.handled(route, { method: request.method, subject, headerNames: headerNames(request) });
  };
}

function addRoutes(app: FastifyInstance, suite: SuiteApp): void {
  for (const { name, path, options } of routes) {
    app.all(path, { config: { workloadIdentity: options } }, handlerFor(suite, name));
  }
  const open = { config: { workloadIdentity: { public: 'unauthenticated' } } } as const;
  app.all('/public', open, handlerFor(suite, 'public'));
  app.register(async (child) => void child.all('/secret', handlerFor(suite, 'mounted')), {
    prefix: '/mounted',
  });
}

/** The most tolerant routing there is: many spellings lead to one route. */
const TOLERANT = {
  caseSensitive: false,
  ignoreTrailingSlash: true,
  ignoreDuplicateSlashes: true,
  useSemicolonDelimiter: true,
};

const adapter: Adapter = {
  hasPublicRoute: true,
  async start(suite) {
    const app = fastify({
      logger: { level: 'trace', stream: { write: (line: string) => suite.log(line) } },
      routerOptions: TOLERANT,
    });
    // Registered before the plugin, in a context of its own.
    app.register(async (child) => void child.all('/secret', handlerFor(suite, 'own')), { prefix: '/own' });
    app.register(workloadIdentity, { identity: suite.identity });
    addRoutes(app, suite);
    await app.listen({ port: 0, host: '127.0.0.1' });
    return {
      port: (app.server.address() as { port: number }).port,
      async close() {
        app.server.closeAllConnections();
        await app.close();
      },
    };
  },
  async construct(identity, options) {
    const app = fastify();
    await app.register(workloadIdentity, { identity: identity as never });
    const config = { workloadIdentity: options as WorkloadIdentityRouteConfig };
    app.get('/', { config }, async () => 'never called');
    await app.ready();
    await app.close();
  },
};

await runAdapterSuite('Fastify 5', adapter);

import {
  type Adapter,
  FieldWatch,
  routes,
  runAdapterSuite,
  type SuiteApp,
} from '@workload-identity/adapter-suite';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type WorkloadIdentityRouteConfig, workloadIdentity } from './index.ts';

/** Fastify reads the body before the handler runs: the watch starts before that. */
const watches = new WeakMap<FastifyRequest, FieldWatch>();

function handlerFor(suite: SuiteApp, route: string) {
  return async (request: FastifyRequest) => {
    const { headerNames, trailerNames } = (await watches.get(request)?.toTheEnd()) ?? {};
    if (headerNames === undefined || trailerNames === undefined) throw new Error('nothing was watched');
    const { method, caller, headers } = request;
    const names = [...headerNames, ...Object.keys(headers)];
    return suite.handled(route, { method, subject: caller?.subject, headerNames: names, trailerNames });
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
    app.addHook('preParsing', async (request) => void watches.set(request, new FieldWatch(request.raw)));
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

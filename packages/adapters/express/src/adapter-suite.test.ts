import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import {
  type Adapter,
  FieldWatch,
  listen,
  routes,
  runAdapterSuite,
  type SuiteApp,
} from '@workload-identity/adapter-suite';
import type { AuthorizationOptions } from '@workload-identity/core/http';
import express5, { type Request, type Response } from 'express';
import { authenticate, authorize } from './index.ts';

type Express = typeof express5;
// Express 4 has no types of its own, and needs none here: this test writes what both versions understand.
const express4: Express = createRequire(import.meta.url)('express4');

function handlerFor(app: SuiteApp, route: string) {
  return async (request: Request, response: Response) => {
    const fields = await new FieldWatch(request).toTheEnd();
    const { method, caller } = request;
    response.send(app.handled(route, { method, subject: caller?.subject, ...fields }));
  };
}

function build(express: Express, suite: SuiteApp) {
  const app = express();
  // Node makes its views of the headers when they are first read: once before the adapter, once after it.
  app.use((request, _response, next) => {
    if (express === express5) void [request.headers, request.headersDistinct];
    next();
  });
  const router = (route: string) => express.Router().all('/secret', handlerFor(suite, route));

  app.use('/own', authenticate(suite.identity), router('own'));
  app.options(
    '/preflight',
    authenticate(suite.identity, { allowPreflight: true }),
    handlerFor(suite, 'preflight'),
  );
  for (const { name, path, options } of routes) {
    const { subjects, roles, allowPreflight: _, ...authentication } = options;
    const restricted = subjects !== undefined || roles !== undefined;
    const policy = { ...(subjects && { subjects }), ...(roles && { roles }) } as AuthorizationOptions;
    app.all(
      path,
      authenticate(suite.identity, authentication),
      ...(restricted ? [authorize(policy)] : []),
      handlerFor(suite, name),
    );
  }
  app.use(authenticate(suite.identity));
  app.use('/mounted', router('mounted'));
  return app;
}

function adapterFor(express: Express): Adapter {
  return {
    hasPublicRoute: false,
    start: (suite) => listen(createServer(build(express, suite))),
    construct(identity, options) {
      const { subjects, roles, ...rest } = (options ?? {}) as Record<string, unknown>;
      authenticate(identity as never, (options === null || Array.isArray(options) ? options : rest) as never);
      if (subjects !== undefined) authorize({ subjects, ...(roles === undefined ? {} : { roles }) } as never);
      else if (roles !== undefined) authorize({ roles } as never);
    },
  };
}

await runAdapterSuite('Express 5', adapterFor(express5));
await runAdapterSuite('Express 4', adapterFor(express4));

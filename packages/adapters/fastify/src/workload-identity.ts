import type { MaybePromise, VerifiedIdentity, Verifier } from '@workload-identity/core';
import {
  admit,
  answerFor,
  callers,
  closedOptions,
  isPromise,
  nodeRequest,
  removeIdentityFields,
  requireVerifier,
} from '@workload-identity/core/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { RouteAccessReader, type WorkloadIdentityRouteConfig } from './route-config.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls, as it was verified. Null on public routes, and on optional ones when nobody is named. */
    readonly caller: VerifiedIdentity | null;
  }
  interface FastifyContextConfig {
    /** Who may call this route. */
    workloadIdentity?: WorkloadIdentityRouteConfig;
  }
}

/** Options of {@link workloadIdentity}. */
export interface WorkloadIdentityOptions {
  /** What verifies tokens. */
  readonly identity: Verifier;
}

/** Only what is registered at the root reaches every route: a plugin's context covers no sibling. */
function requireRoot(fastify: FastifyInstance): void {
  if (Object.getPrototypeOf(fastify) !== Object.prototype) {
    throw new TypeError(
      'register workloadIdentity on the root instance: inside another plugin it would leave the routes outside unprotected',
    );
  }
}

async function plugin(fastify: FastifyInstance, options: WorkloadIdentityOptions): Promise<void> {
  requireRoot(fastify);
  const verifier = requireVerifier(closedOptions(options, ['identity']).identity);
  const routes = new RouteAccessReader();

  // Without a prototype: a `setter` on `Object.prototype` is no part of it.
  fastify.decorateRequest('caller', {
    __proto__: null,
    getter(this: FastifyRequest) {
      return callers.of(this) ?? null;
    },
  } as { getter(this: FastifyRequest): VerifiedIdentity | null });

  fastify.addHook('onRoute', (route) => {
    // Fastify would take the config of a route that has none from `Object.prototype`.
    if (!Object.hasOwn(route, 'config')) route.config = {};
    routes.of(route.config ?? {}, false);
  });

  fastify.addHook(
    'onRequest',
    (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => {
      const admitted = (caller: VerifiedIdentity | undefined): void => {
        if (caller !== undefined) callers.set(request, caller);
        done();
      };
      const refused = (error: unknown): void => {
        const { status, headers, body } = answerFor(error);
        // Something else answered meanwhile, such as a timeout: there is nothing left to say.
        if (reply.sent || reply.raw.headersSent) return;
        // As bytes: to a text Fastify would add a `charset` that this media type does not have.
        reply.code(status).headers(headers).send(Buffer.from(body));
      };
      let caller: MaybePromise<VerifiedIdentity | undefined>;
      try {
        removeIdentityFields(request.raw);
        // A route from before this plugin was loaded is read here for the first time; if its config is wrong, nobody gets in.
        const access = routes.of(request.routeOptions.config, request.is404);
        caller = access === 'unauthenticated' ? undefined : admit(verifier, nodeRequest(request.raw), access);
      } catch (error) {
        refused(error);
        return;
      }
      if (isPromise(caller)) caller.then(admitted, refused).catch(done);
      else admitted(caller);
    },
  );
}

/**
 * Verifies the caller of every route of a Fastify server, of its plugins and of its 404 handler, and sets
 * `request.caller`. Routes say more in `config.workloadIdentity`. Headers and trailers that start with `x-workload-identity`
 * are taken off the request, over HTTP/1 and HTTP/2: nobody verified them.
 *
 * Register it on the root instance, before other hooks. It fails to load inside an encapsulated plugin.
 * @throws TypeError when it is loaded with wrong options, and when a route is added with a wrong config
 */
export const workloadIdentity = fastifyPlugin(plugin, {
  fastify: '5.x',
  name: '@workload-identity/fastify',
});

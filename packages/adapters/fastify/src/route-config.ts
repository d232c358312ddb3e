import { type RouteOptions, type RouteRules, routeRules } from '@workload-identity/core/http';
import type { FastifyContextConfig } from 'fastify';

/** What a route says in `config.workloadIdentity`. A route that says nothing lets in every authenticated caller. */
export type WorkloadIdentityRouteConfig =
  | (RouteOptions & { readonly public?: never })
  /** Open to everyone: credentials are not even looked at, and `request.caller` is null. It stands alone. */
  | ({ readonly public: 'unauthenticated' } & { readonly [name in keyof RouteOptions]?: never });

/** A route open to everyone, or the rules of one that is not. */
export type RouteAccess = 'unauthenticated' | RouteRules;

const DEFAULT: RouteRules = routeRules();

/**
 * Reads `config.workloadIdentity` of a route.
 * @throws TypeError for an unknown or a wrong member
 */
export function routeAccess(config: unknown): RouteAccess {
  if (config === undefined) return DEFAULT;
  if (typeof config !== 'object' || config === null || !Object.hasOwn(config, 'public')) {
    return routeRules(config as RouteOptions);
  }
  const { public: open, ...rest } = config as { public: unknown };
  if (open === 'unauthenticated' && Object.keys(rest).length === 0) return 'unauthenticated';
  throw new TypeError("`public` is 'unauthenticated' and stands alone");
}

/** {@link routeAccess} for the hook: each config is read once. */
export class RouteAccessReader {
  readonly #known = new WeakMap<object, RouteAccess>();

  /**
   * Reads what a route says itself in its config: what somebody puts on `Object.prototype` opens no route. A 404 handler says
   * nothing: Fastify would take its config from there.
   */
  of(config: FastifyContextConfig, is404: boolean): RouteAccess {
    const said = !is404 && Object.hasOwn(config, 'workloadIdentity');
    return this.#read(said ? config.workloadIdentity : undefined);
  }

  #read(config: unknown): RouteAccess {
    if (typeof config !== 'object' || config === null) return routeAccess(config);
    let access = this.#known.get(config);
    if (access === undefined) {
      access = routeAccess(config);
      this.#known.set(config, access);
    }
    return access;
  }
}

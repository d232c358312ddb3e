import type { Verifier } from '@workload-identity/core';
import type { RouteOptions } from '@workload-identity/core/http';
import { AUDIENCES, WORKLOADS } from './names.ts';

/** A route every adapter serves, for all methods. */
export interface SuiteRoute {
  readonly name: string;
  readonly path: string;
  readonly options: RouteOptions;
}

/** What a handler saw when it ran. */
export interface Call {
  readonly method: string;
  /** The subject of the caller, or undefined for nobody. */
  readonly subject: string | undefined;
  /** The names of all headers the handler can see, by any of the framework's ways. */
  readonly headerNames: readonly string[];
  /** The names of all trailers the handler could see at any moment. Empty where the framework has no way to see them. */
  readonly trailerNames: readonly string[];
}

/** What an adapter's server is built from. */
export interface SuiteApp {
  readonly identity: Verifier;
  /** To be called by the handler of a route; gives the body to answer with. */
  handled(route: string, call: Call): string;
  /** Takes every line the framework logs. */
  log(line: string): void;
}

/** A server on a port of the loopback interface. */
export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

/** What the suite needs of an adapter. */
export interface Adapter {
  /**
   * Starts a server with all {@link routes}, and three more routes without options: `mounted` at `/mounted/secret` in a
   * mounted router or encapsulated plugin, `own` at `/own/secret` in one that the adapter itself is mounted with, or that
   * stands before it, and `missing`, which answers whatever no other route does.
   */
  start(app: SuiteApp): Promise<RunningServer>;
  /** Sets the adapter up with this identity and these options of a route. It throws, or gives a promise that rejects. */
  construct(identity: unknown, options: unknown): unknown;
  /** Whether there is a route `public` at `/public` that is open to everyone. */
  readonly hasPublicRoute: boolean;
}

/** The routes that carry options. Those of `preflight` beside `allowPreflight` hold for everything but preflights. */
export const routes: readonly SuiteRoute[] = [
  { name: 'secret', path: '/secret', options: {} },
  { name: 'subjects', path: '/subjects', options: { subjects: [WORKLOADS.orders] } },
  { name: 'prefix', path: '/prefix', options: { subjects: ['spiffe://prod.example.com/team/*'] } },
  { name: 'roles', path: '/roles', options: { roles: ['billing.write', 'billing.admin'] } },
  { name: 'both', path: '/both', options: { subjects: [WORKLOADS.orders], roles: ['billing.write'] } },
  { name: 'narrow', path: '/narrow', options: { audience: AUDIENCES.narrow } },
  { name: 'optional', path: '/optional', options: { optional: true } },
  { name: 'preflight', path: '/preflight', options: { allowPreflight: true, subjects: [WORKLOADS.orders] } },
];

/** The keys both sides use. */
export interface KeySetup {
  readonly privatePem: string;
  /** Bytes of the shared secret, which are ASCII. */
  readonly secret: string;
}

/** What a server of one kind is built from. */
export interface ServerSetup extends KeySetup {
  readonly kind: ServerKind;
}

export type ServerKind =
  | 'fastify'
  | 'fastify-ours'
  | 'fastify-jwt'
  | 'fastify-jwt-cached'
  | 'express'
  | 'express-ours'
  | 'express-oauth2-jwt-bearer';

/** One run of the load generator. */
export interface LoadOrder {
  readonly port: number;
  readonly connections: number;
  readonly milliseconds: number;
  readonly algorithm: 'ES256' | 'HS256';
  /** How many different tokens, one for each request; 0 sends one and the same token with every request. */
  readonly fresh: number;
}

/** What a run of the load generator found. */
export interface LoadReport {
  readonly requests: number;
  readonly seconds: number;
  /** The share of the time in which the generator had answers to handle. Near 1, it was the limit and not the server. */
  readonly busy: number;
}

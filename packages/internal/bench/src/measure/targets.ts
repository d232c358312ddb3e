/** What a ratio may be. */
export interface Target {
  readonly limit: number;
  readonly sense: 'at most' | 'at least';
}

const atMost = (limit: number): Target => ({ limit, sense: 'at most' });
const atLeast = (limit: number): Target => ({ limit, sense: 'at least' });

/** The targets by the id of their row. Every run must measure each of them. */
export const TARGETS: ReadonlyMap<string, Target> = new Map([
  ['verify-repeated', atMost(0.5)],
  ['verify-es256', atMost(1.1)],
  ['verify-ps256', atMost(1.1)],
  ['verify-ed25519', atMost(1.1)],
  ['verify-hs256', atMost(0.8)],
  ['mint-es256', atMost(1)],
  ['mint-hs256', atMost(1)],
  ['verify-x5c-warm', atMost(1.15)],
  ['verify-x5c-cold', atMost(1)],
  ['verify-es256-64', atLeast(0.85)],
  ['fastify-repeated', atLeast(0.9)],
  ['express-repeated', atLeast(0.9)],
  ['fastify-fresh', atLeast(1.2)],
  ['import-core', atMost(2)],
  ['bundle-1000', atMost(1.05)],
  ['memory-bounded', atMost(1)],
  ['hostile-token', atMost(1)],
  ['hostile-header', atMost(1)],
  ['hostile-key', atMost(1)],
  ['hostile-chain', atMost(1)],
]);

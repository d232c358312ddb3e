import { isIdentity, isWorkload } from '../authority/identity.ts';
import { LEAF_LIFETIME } from '../authority/leaf-request.ts';
import { readOptions, seconds } from '../options.ts';
import { LEAF_USAGES, type LeafUsage } from '../x509/extensions.ts';
import type { LeafIssuer } from './leaf-issuer.ts';
import { platformTimers, type Timers } from './timers.ts';

/** Settings of the leaf source. */
export interface LeafSourceOptions {
  /** Who signs: the workload identifier, or for a token service its https URL. */
  readonly workload: string;
  /** Who issues the leaves: `authority.issuerFor(workload)`, or a client of an authority elsewhere. */
  readonly issuer: LeafIssuer;
  /** `self` (default) asserts only the workload itself, `issuer` others too. */
  readonly usage?: LeafUsage;
  /** How long a leaf lives, in seconds: 60 to 604800, default 43200 (12 hours). Half of it is how long the CA may be away. */
  readonly lifetime?: number;
  /** How long one attempt may take, in seconds: 1 to 300, default 30. */
  readonly timeout?: number;
  /** Milliseconds since 1970, like `Date.now`, which is the default. */
  readonly clock?: () => number;
  /** A number from 0 to 1 that spreads renewals, like `Math.random`, which is the default. */
  readonly random?: () => number;
  /** How it waits. Default: the platform's timers, which do not keep the process alive. */
  readonly timers?: Timers;
}

const NAMES = {
  workload: true,
  issuer: true,
  usage: true,
  lifetime: true,
  timeout: true,
  clock: true,
  random: true,
  timers: true,
} as const;

/** Reads the settings and puts in the defaults. @throws TypeError */
export function readLeafOptions(options: LeafSourceOptions): Required<LeafSourceOptions> {
  const given = readOptions(options, NAMES);
  const { workload, issuer, usage = 'self', lifetime = LEAF_LIFETIME.default, timeout = 30 } = given;
  if (!isIdentity(workload)) {
    throw new TypeError('`workload` is required: a workload identifier, or the https URL of a token service');
  }
  if (typeof issuer?.issue !== 'function' || typeof issuer.name !== 'string') {
    throw new TypeError('`issuer` is required: who issues the leaves');
  }
  if (!Object.hasOwn(LEAF_USAGES, usage)) throw new TypeError("`usage` is 'self' or 'issuer'");
  if (usage === 'self' && !isWorkload(workload)) {
    throw new TypeError("a token service signs with the usage 'issuer'");
  }
  return {
    workload,
    issuer,
    usage,
    lifetime: seconds('lifetime', lifetime, LEAF_LIFETIME.least, LEAF_LIFETIME.most),
    timeout: seconds('timeout', timeout, 1, 300),
    clock: given.clock ?? Date.now,
    random: given.random ?? Math.random,
    timers: given.timers ?? platformTimers,
  };
}

import { LIMITS } from '@workload-identity/contract';
import { isAudience } from '@workload-identity/contract/identifiers';
import type { BundleSource } from '../bundle/bundle-options.ts';
import { DEFAULTS } from '../defaults.ts';
import type { ThreadPool } from '../engine/engine.ts';
import { bareCopy, inRange, readClock, readOptions } from '../options.ts';
import type { ProvenKey } from './confirm.ts';
import type { VerifiedIdentity } from './identity.ts';
import type { Expectations } from './judge.ts';
import type { ChainResolver } from './resolve.ts';

/** Settings of {@link createVerifier}. */
export interface VerifierOptions {
  /** What is trusted. */
  readonly bundle: BundleSource;
  /** Who this verifier is: a token must be meant for one of these, exactly. At least one. */
  readonly audiences: readonly string[];
  /** Leeway between clocks, in seconds: 0 to 60, default 10. */
  readonly leeway?: number;
  /** The longest lifetime accepted, in seconds: 1 to 3600, which is the default. */
  readonly maxLifetime?: number;
  /** Memory for verified tokens, in bytes; 0 switches the cache off. Default 16 MiB. */
  readonly cacheBytes?: number;
  /** Takes RS256 from keys the bundle gives that algorithm. Off by default: it is here for minters that can do nothing else. */
  readonly acceptRs256?: boolean;
  /** Resolves certificate chains; without it tokens of the `ca` rung are refused. */
  readonly chains?: ChainResolver;
  /**
   * Whether public-key signatures are checked on the thread pool of Node, where several are checked at the same time and
   * the calling thread stays free. `auto`, the default, keeps a verification that is alone on the calling thread, which
   * takes it half as long, and uses the pool while several are under way: at most 64 at a time, and none on a machine
   * with one processor. `always` and `never` are for who has measured. MACs are checked at once in any case.
   */
  readonly threadPool?: ThreadPool;
  /** Milliseconds since 1970, like `Date.now`, which is the default. */
  readonly clock?: () => number;
}

/** What one call of `verify` asks beyond the verifier's settings. */
export interface VerifyOptions {
  /** Narrows the audiences of the verifier for this call. One that the verifier does not have is a `TypeError`. */
  readonly audience?: string | readonly string[];
  /** The key the presenter has proven to hold. Needed for a token with `cnf`, and refused for one without. */
  readonly provenKey?: ProvenKey;
}

/** Verifies tokens. */
export interface Verifier {
  /**
   * Verifies a token: form, header, signature, claims, time, audience, authority, denials, confirmation, in this order.
   * No claim is believed before the signature holds.
   * @throws WorkloadIdentityError with the code of the first rule broken
   */
  verify(token: string, options?: VerifyOptions): Promise<VerifiedIdentity>;
}

/** Settings that were checked. */
export interface VerifierSettings
  extends Pick<VerifierOptions, 'bundle' | 'chains'>,
    Required<Pick<VerifierOptions, 'cacheBytes' | 'acceptRs256' | 'threadPool' | 'clock'>> {
  readonly expectations: Expectations;
}

const VERIFIER_OPTIONS = {
  bundle: true,
  audiences: true,
  leeway: true,
  maxLifetime: true,
  cacheBytes: true,
  acceptRs256: true,
  chains: true,
  threadPool: true,
  clock: true,
} as const;
const THREAD_POOL: readonly ThreadPool[] = ['auto', 'always', 'never'];
const VERIFY_OPTIONS = { audience: true, provenKey: true } as const;
const NO_OPTIONS: VerifyOptions = Object.freeze(Object.create(null));

function readExpectations(options: VerifierOptions): Expectations {
  const { audiences, leeway = DEFAULTS.leewaySeconds, maxLifetime = LIMITS.lifetimeSeconds } = options;
  if (!Array.isArray(audiences) || audiences.length === 0 || !audiences.every(isAudience)) {
    throw new TypeError('`audiences` is required: at least one audience this verifier answers to');
  }
  return Object.freeze({
    audiences: new Set<string>(audiences),
    leeway: inRange('leeway', leeway, 0, LIMITS.maxLeewaySeconds),
    maxLifetime: inRange('maxLifetime', maxLifetime, 1, LIMITS.lifetimeSeconds),
  });
}

/** Checks the settings of a verifier. @throws TypeError */
export function readVerifierOptions(given: VerifierOptions): VerifierSettings {
  const options = readOptions(given, VERIFIER_OPTIONS);
  const {
    bundle,
    chains,
    acceptRs256 = false,
    threadPool = 'auto',
    cacheBytes = DEFAULTS.cacheBytes,
  } = options;
  if (typeof bundle?.current !== 'function') throw new TypeError('`bundle` is required: a bundle source');
  if (chains !== undefined && typeof chains?.resolve !== 'function') {
    throw new TypeError('`chains` is a chain resolver');
  }
  if (typeof acceptRs256 !== 'boolean') throw new TypeError('`acceptRs256` is true or false');
  if (!THREAD_POOL.includes(threadPool)) throw new TypeError("`threadPool` is 'auto', 'always' or 'never'");
  return bareCopy<VerifierSettings>({
    bundle,
    ...(chains === undefined ? undefined : { chains }),
    acceptRs256,
    threadPool,
    cacheBytes: inRange('cacheBytes', cacheBytes, 0, 2 ** 40),
    clock: readClock(options.clock),
    expectations: readExpectations(options),
  });
}

/** Checks what one call of `verify` asks. @throws TypeError */
export function readVerifyOptions(given: VerifyOptions | undefined): VerifyOptions {
  return given === undefined ? NO_OPTIONS : readOptions(given, VERIFY_OPTIONS);
}

/** Narrows the audiences for one call. @throws TypeError for one that the verifier does not have */
export function narrowed(expectations: Expectations, audience: VerifyOptions['audience']): Expectations {
  if (audience === undefined) return expectations;
  const wanted = typeof audience === 'string' ? [audience] : audience;
  if (!Array.isArray(wanted) || wanted.length === 0) {
    throw new TypeError('`audience` is one audience or several');
  }
  if (!wanted.every((one) => expectations.audiences.has(one))) {
    throw new TypeError('`audience` narrows the audiences of the verifier: it is not one of them');
  }
  return { ...expectations, audiences: new Set(wanted) };
}

import {
  ALGORITHMS,
  isWorkloadIdentityError,
  LIMITS,
  readClaims,
  type TokenHeader,
  WorkloadIdentityError,
} from '@workload-identity/contract';
import { isAudience } from '@workload-identity/contract/identifiers';
import { engine } from '#engine';
import { after, isPromise } from '../after.ts';
import type { BundleSource } from '../bundle/bundle-options.ts';
import type { TrustSnapshot } from '../bundle/snapshot.ts';
import type { MaybePromise, ThreadPool } from '../engine/engine.ts';
import { events } from '../events.ts';
import { type CompactToken, decodeHeader, decodePayload, parsePayload, splitToken } from '../jws/compact.ts';
import { readClock, readOptions, within } from '../options.ts';
import { confirm, type ProvenKey } from './confirm.ts';
import { identityOf, type VerifiedIdentity } from './identity.ts';
import { type Expectations, judge } from './judge.ts';
import { KnownHeaders } from './known-headers.ts';
import { type ChainResolver, type ResolvedKey, resolveKeyId } from './resolve.ts';
import { type CachedToken, TokenCache } from './token-cache.ts';
import { defineVerify } from './verify-now.ts';

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

const DEFAULT_CACHE_BYTES = 16 * 1024 * 1024;
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
  const { audiences, leeway = LIMITS.leewaySeconds, maxLifetime = LIMITS.lifetimeSeconds } = options;
  if (!Array.isArray(audiences) || audiences.length === 0 || !audiences.every(isAudience)) {
    throw new TypeError('`audiences` is required: at least one audience this verifier answers to');
  }
  return Object.freeze({
    audiences: new Set<string>(audiences),
    leeway: within('leeway', leeway, 0, LIMITS.maxLeewaySeconds),
    maxLifetime: within('maxLifetime', maxLifetime, 1, LIMITS.lifetimeSeconds),
  });
}

class TokenVerifier implements Verifier {
  readonly verify: Verifier['verify'];
  readonly #bundle: BundleSource;
  readonly #expectations: Expectations;
  readonly #cacheBytes: number;
  // One for each snapshot, and held by it: when a newer one is active, nothing keeps the keys and secrets of the one before.
  readonly #caches = new WeakMap<TrustSnapshot, TokenCache>();
  readonly #chains: ChainResolver | undefined;
  readonly #acceptRs256: boolean;
  readonly #threadPool: ThreadPool;
  readonly #clock: () => number;
  readonly #headers = new KnownHeaders();

  constructor(given: VerifierOptions) {
    const options = readOptions(given, VERIFIER_OPTIONS);
    const {
      bundle,
      chains,
      acceptRs256 = false,
      cacheBytes = DEFAULT_CACHE_BYTES,
      threadPool = 'auto',
    } = options;
    if (typeof bundle?.current !== 'function') throw new TypeError('`bundle` is required: a bundle source');
    if (chains !== undefined && typeof chains?.resolve !== 'function') {
      throw new TypeError('`chains` is a chain resolver');
    }
    if (typeof acceptRs256 !== 'boolean') throw new TypeError('`acceptRs256` is true or false');
    if (!THREAD_POOL.includes(threadPool)) {
      throw new TypeError("`threadPool` is 'auto', 'always' or 'never'");
    }
    this.#expectations = readExpectations(options);
    this.#bundle = bundle;
    this.#cacheBytes = within('cacheBytes', cacheBytes, 0, 2 ** 40);
    this.#chains = chains;
    this.#acceptRs256 = acceptRs256;
    this.#threadPool = threadPool;
    this.#clock = readClock(options.clock);
    this.verify = defineVerify((token, asked) => this.#verify(token, asked));
  }

  #verify(token: string, given: VerifyOptions | undefined): MaybePromise<VerifiedIdentity> {
    let found: TokenCache | undefined;
    try {
      const options = given === undefined ? NO_OPTIONS : readOptions(given, VERIFY_OPTIONS);
      const expectations = this.#narrow(options.audience);
      if (typeof token !== 'string')
        throw new WorkloadIdentityError('token_malformed', { detail: 'it is not a string' });
      const snapshot = this.#bundle.current();
      const cache = this.#cacheOf(snapshot);
      const known = cache.get(token);
      const cached = known !== undefined;
      if (cached) found = cache;
      const judging = after(known ?? this.#verifySignature(token, snapshot), (verified) =>
        this.#judge(token, verified, cached, expectations, options),
      );
      if (!isPromise(judging)) return judging;
      return judging.catch((error: unknown) => this.#refuse(token, error, found));
    } catch (error) {
      return this.#refuse(token, error, found);
    }
  }

  #cacheOf(snapshot: TrustSnapshot): TokenCache {
    let cache = this.#caches.get(snapshot);
    if (cache === undefined) {
      cache = new TokenCache(this.#cacheBytes);
      this.#caches.set(snapshot, cache);
    }
    return cache;
  }

  /** Judges a token whose signature held, now or when it was first seen. */
  #judge(
    token: string,
    verified: CachedToken,
    cached: boolean,
    expectations: Expectations,
    { provenKey }: VerifyOptions,
  ): MaybePromise<VerifiedIdentity> {
    const { identity, key, snapshot } = verified;
    judge(identity.claims, key, snapshot, expectations, this.#clock() / 1000);
    return after(confirm(identity.claims, provenKey), () => {
      if (!cached) this.#cacheOf(snapshot).set(token, verified);
      if (events.verify.watched) this.#announce(identity, cached);
      return identity;
    });
  }

  #verifySignature(token: string, snapshot: TrustSnapshot): MaybePromise<CachedToken> {
    const compact = splitToken(token);
    const known = this.#headers.get(compact.header);
    const header = known ?? decodeHeader(compact.header);
    if (!ALGORITHMS[header.algorithm].verifyByDefault && !this.#acceptRs256) {
      throw new WorkloadIdentityError('algorithm_not_allowed', {
        detail: `${header.algorithm} is switched off`,
      });
    }
    try {
      const verifying = this.#verifyUnder(compact, header, snapshot, known !== undefined);
      if (!isPromise(verifying)) return verifying;
      return verifying.catch((error: unknown) => this.#heal(error, compact, header));
    } catch (error) {
      return this.#heal(error, compact, header);
    }
  }

  /** A key or an anchor that is not known may have come a moment ago: the sources are read once more. */
  async #heal(error: unknown, compact: CompactToken, header: TokenHeader): Promise<CachedToken> {
    const unknown =
      isWorkloadIdentityError(error, 'key_unknown') || isWorkloadIdentityError(error, 'chain_untrusted');
    if (!unknown || !(await this.#bundle.heal())) throw error;
    return this.#verifyUnder(compact, header, this.#bundle.current());
  }

  #verifyUnder(
    compact: CompactToken,
    header: TokenHeader,
    snapshot: TrustSnapshot,
    isKnown = false,
  ): MaybePromise<CachedToken> {
    return after(this.#resolve(header, snapshot), (key) => {
      // One key, one algorithm, whoever resolved it (RFC 8725 section 3.1).
      if (key.algorithm !== header.algorithm || key.key.algorithm !== header.algorithm) {
        throw new WorkloadIdentityError('algorithm_not_allowed', {
          detail: `the key is for ${key.algorithm}`,
          expected: key.algorithm,
          presented: header.algorithm,
        });
      }
      const payload = decodePayload(compact);
      return after(
        engine.verify(key.key, compact.token, compact.signingInputLength, this.#threadPool),
        (holds) => {
          if (holds !== true) throw new WorkloadIdentityError('signature_invalid');
          if (!isKnown) this.#headers.add(compact.header, header);
          const claims = readClaims(parsePayload(payload));
          return { identity: identityOf(claims, key.rung, key.keyId), key, snapshot };
        },
      );
    });
  }

  #resolve(header: TokenHeader, snapshot: TrustSnapshot): MaybePromise<ResolvedKey> {
    // Own members decide: a polluted prototype must not send a token the other way.
    if (Object.hasOwn(header, 'keyId')) return resolveKeyId(header.keyId as string, snapshot);
    if (this.#chains === undefined) throw new WorkloadIdentityError('rung_unsupported');
    return this.#chains.resolve(
      header.chain as readonly string[],
      header.algorithm,
      snapshot,
      this.#clock() / 1000,
    );
  }

  #narrow(audience: VerifyOptions['audience']): Expectations {
    if (audience === undefined) return this.#expectations;
    const wanted = typeof audience === 'string' ? [audience] : audience;
    if (!Array.isArray(wanted) || wanted.length === 0)
      throw new TypeError('`audience` is one audience or several');
    for (const one of wanted) {
      if (!this.#expectations.audiences.has(one)) {
        throw new TypeError('`audience` narrows the audiences of the verifier: it is not one of them');
      }
    }
    return { ...this.#expectations, audiences: new Set(wanted) };
  }

  /** @param found the cache the token was in, if it was in one */
  #refuse(token: string, error: unknown, found: TokenCache | undefined): never {
    if (isWorkloadIdentityError(error)) {
      const { code } = error;
      if (code === 'token_expired') found?.delete(token);
      if (events.verify.watched) {
        events.verify.publish({ outcome: 'refused', code, cached: found !== undefined });
      }
    }
    throw error;
  }

  #announce({ subject, issuer, rung, keyId, tokenId }: VerifiedIdentity, cached: boolean): void {
    events.verify.publish({ outcome: 'accepted', subject, issuer, rung, keyId, tokenId, cached });
  }
}

/**
 * Makes a verifier. It validates its settings at once and does no I/O.
 * @throws TypeError for a setting that is missing, unknown or out of range
 */
export function createVerifier(options: VerifierOptions): Verifier {
  return new TokenVerifier(options);
}

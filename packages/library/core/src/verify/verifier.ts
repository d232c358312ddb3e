import {
  ALGORITHMS,
  isWorkloadIdentityError,
  readClaims,
  type TokenHeader,
  WorkloadIdentityError,
} from '@workload-identity/contract';
import { engine } from '#engine';
import { after, isPromise } from '../after.ts';
import type { BundleSource } from '../bundle/bundle-options.ts';
import type { TrustSnapshot } from '../bundle/snapshot.ts';
import type { MaybePromise, ThreadPool } from '../engine/engine.ts';
import { events } from '../events.ts';
import { type CompactToken, decodeHeader, decodePayload, parsePayload, splitToken } from '../jws/compact.ts';
import { confirm } from './confirm.ts';
import { identityOf, type VerifiedIdentity } from './identity.ts';
import { type Expectations, judge } from './judge.ts';
import { KnownHeaders } from './known-headers.ts';
import { type ChainResolver, type ResolvedKey, resolveKeyId } from './resolve.ts';
import { type CachedToken, TokenCache } from './token-cache.ts';
import {
  narrowed,
  readVerifierOptions,
  readVerifyOptions,
  type Verifier,
  type VerifierOptions,
  type VerifyOptions,
} from './verifier-options.ts';
import { defineVerify } from './verify-now.ts';

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
    const settings = readVerifierOptions(given);
    this.#expectations = settings.expectations;
    this.#bundle = settings.bundle;
    this.#cacheBytes = settings.cacheBytes;
    this.#chains = settings.chains;
    this.#acceptRs256 = settings.acceptRs256;
    this.#threadPool = settings.threadPool;
    this.#clock = settings.clock;
    this.verify = defineVerify((token, asked) => this.#verify(token, asked));
  }

  #verify(token: string, given: VerifyOptions | undefined): MaybePromise<VerifiedIdentity> {
    let found: TokenCache | undefined;
    try {
      const options = readVerifyOptions(given);
      const expectations = narrowed(this.#expectations, options.audience);
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
      if (events.verify.hasSubscribers) this.#announce(identity, cached);
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

  /** @param found the cache the token was in, if it was in one */
  #refuse(token: string, error: unknown, found: TokenCache | undefined): never {
    if (isWorkloadIdentityError(error)) {
      const { code } = error;
      if (code === 'token_expired') found?.delete(token);
      if (events.verify.hasSubscribers) {
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

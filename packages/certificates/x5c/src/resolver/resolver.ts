import {
  type Algorithm,
  isWorkloadIdentityError,
  LIMITS,
  trustDomainOf,
  type WorkloadId,
  WorkloadIdentityError,
} from '@workload-identity/contract';
import {
  type ChainResolver,
  type EngineKey,
  importPublicKey,
  type LeafPath,
  type MaybePromise,
  type ResolvedKey,
  type TrustSnapshot,
} from '@workload-identity/core';
import { bare } from '../bare.ts';
import { describeLeaf, type LeafCertificate } from '../leaf/read-leaf.ts';
import { TOKEN_LEAF } from '../leaf/token-leaf.ts';
import { type ValidatedChain, validateChain } from '../path/validate.ts';
import { type CachedChain, ChainCache } from './chain-cache.ts';
import { fromBase64, type Trust, trustOf } from './trust.ts';

/** Settings of {@link createChainResolver}. */
export interface ChainResolverOptions {
  /** How many valid chains are remembered: 0 to 65536, default 1024. A chain takes about 4 KiB. */
  readonly cacheChains?: number;
}

const DEFAULT_CHAINS = 1_024;
const MAX_CHAINS = 65_536;
const MAX_TEXT = Math.ceil(LIMITS.certificateBytes / 3) * 4;

function invalid(detail: string): WorkloadIdentityError {
  return new WorkloadIdentityError('chain_invalid', { detail });
}

function decode(chain: readonly string[]): readonly Uint8Array[] {
  if (chain.length < 1 || chain.length > LIMITS.chainLength) {
    throw invalid(`a chain has 1 to ${LIMITS.chainLength} certificates`);
  }
  return chain.map((text) => {
    const der = text.length <= MAX_TEXT ? fromBase64(text) : undefined;
    if (der === undefined)
      throw invalid(`a certificate is standard base64 of at most ${LIMITS.certificateBytes} bytes`);
    return der;
  });
}

/** What each anchor allows, with the authorities that hold it. */
function leafPaths({ paths }: ValidatedChain, trust: Trust): readonly LeafPath[] {
  return Object.freeze(
    paths.map(({ anchor, notBefore, notAfter, permits }) =>
      bare({ notBefore, notAfter, permits, authorities: trust.authoritiesOf.get(anchor) ?? [] }),
    ),
  );
}

// A CA may serve several trust domains: a bundle speaks for one.
function checkTrustDomain({ issuer }: LeafCertificate, { trustDomain }: TrustSnapshot): void {
  if (issuer.startsWith('spiffe://') && trustDomainOf(issuer as WorkloadId) !== trustDomain) {
    throw new WorkloadIdentityError('chain_untrusted', {
      detail: 'the leaf belongs to another trust domain',
    });
  }
}

class CachingResolver implements ChainResolver {
  readonly #most: number;
  readonly #caches = new WeakMap<TrustSnapshot, ChainCache>();

  constructor(most: number) {
    this.#most = most;
  }

  resolve(
    chain: readonly string[],
    algorithm: Algorithm,
    snapshot: TrustSnapshot,
    now: number,
  ): MaybePromise<ResolvedKey> {
    const cache = this.#cacheOf(snapshot);
    const known = cache.get(chain, Math.floor(now));
    if (known !== undefined) return usable(known.key, algorithm);
    const trust = trustOf(snapshot);
    const valid = validateChain(decode(chain), trust.anchors, TOKEN_LEAF, now);
    const leaf = describeLeaf(valid.leaf);
    checkTrustDomain(leaf, snapshot);
    const finish = (key: EngineKey): ResolvedKey => {
      const cached = resolved(key, leaf, valid.lineage, leafPaths(valid, trust));
      // Whoever knows one valid chain can write any number of signatures into an anchor at its end: they take no places.
      if (valid.isVerbatim) cache.set(chain, cached);
      return usable(cached.key, algorithm);
    };
    const importing = importLeafKey(leaf);
    return isPromise(importing) ? importing.then(finish) : finish(importing);
  }

  #cacheOf(snapshot: TrustSnapshot): ChainCache {
    const known = this.#caches.get(snapshot);
    if (known !== undefined) return known;
    const cache = new ChainCache(this.#most);
    this.#caches.set(snapshot, cache);
    return cache;
  }
}

function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown }).then === 'function';
}

/** The key, if the token names the one algorithm it is for. */
function usable(key: ResolvedKey, algorithm: Algorithm): ResolvedKey {
  if (key.algorithm === algorithm) return key;
  throw new WorkloadIdentityError('algorithm_not_allowed', {
    detail: `the leaf is for ${key.algorithm}`,
    expected: key.algorithm,
    presented: algorithm,
  });
}

function importLeafKey({ algorithm, publicKey }: LeafCertificate): MaybePromise<EngineKey> {
  const refuse = (error: unknown): never => {
    if (!isWorkloadIdentityError(error, 'key_invalid')) throw error;
    throw invalid('the leaf: its key is not a point on its curve');
  };
  try {
    const importing = importPublicKey(algorithm, publicKey);
    return isPromise(importing) ? importing.catch(refuse) : importing;
  } catch (error) {
    return refuse(error);
  }
}

function resolved(
  key: EngineKey,
  { keyId, issuer, usage, algorithm }: LeafCertificate,
  lineage: readonly string[],
  paths: readonly LeafPath[],
): CachedChain {
  const authorities = Object.freeze([...new Set(paths.flatMap((path) => path.authorities))]);
  const leaf = bare({ issuer, usage, paths });
  return { paths, key: bare({ rung: 'ca', keyId, lineage, algorithm, key, authorities, leaf }) };
}

/**
 * Makes a resolver of certificate chains for `createVerifier`: the `ca` rung. It validates a chain to an anchor of the
 * trust bundle in the strict profile of this package, needs no network and no JWKS, and remembers valid chains.
 *
 * The times of a resolved path are those in which the whole chain and its anchor are valid: a token never outlives an issuer
 * either.
 * @throws TypeError for a setting that is unknown or out of range
 */
export function createChainResolver(options: ChainResolverOptions = {}): ChainResolver {
  for (const name of Object.keys(options)) {
    if (name !== 'cacheChains') throw new TypeError(`\`${name}\` is not an option`);
  }
  const own = Object.hasOwn(options, 'cacheChains') ? options.cacheChains : undefined;
  const cacheChains = own ?? DEFAULT_CHAINS;
  if (!(Number.isInteger(cacheChains) && cacheChains >= 0 && cacheChains <= MAX_CHAINS)) {
    throw new TypeError(`\`cacheChains\` is a whole number from 0 to ${MAX_CHAINS}`);
  }
  return new CachingResolver(cacheChains);
}

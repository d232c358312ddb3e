import type { Algorithm } from '@workload-identity/contract';
import { WorkloadIdentityError } from '@workload-identity/contract';
import type { TrustedAuthority, TrustedKey, TrustSnapshot } from '../bundle/snapshot.ts';
import type { MaybePromise } from '../engine/engine.ts';

/** The key that must have signed a token, and all that limits what it may say. */
export interface ResolvedKey extends TrustedKey {
  /** The leaf, on the `ca` rung. */
  readonly leaf?: ResolvedLeaf;
}

/** What a validated leaf certificate allows. */
export interface ResolvedLeaf {
  /** Its URI SAN: `iss` must equal it. */
  readonly issuer: string;
  /** *self* may assert only itself. */
  readonly usage: 'self' | 'issuer';
  /**
   * One for each anchor that its chain keeps the limits of, also of one that is valid at another time. A token needs one
   * path that allows all of it: what one allows is never added to what another allows.
   */
  readonly paths: readonly LeafPath[];
}

/** What a leaf may do under one anchor. Times are seconds since 1970, both inclusive. */
export interface LeafPath {
  /** When the leaf, every issuer above it and this anchor are valid at once. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** The authorities that hold this anchor. */
  readonly authorities: readonly TrustedAuthority[];
  /** Whether the name constraints of the chain and of this anchor permit a subject. */
  permits(subject: string): boolean;
}

/**
 * Resolves a certificate chain to the key of its leaf, validated to an anchor of the snapshot. The core never reads
 * certificates itself: a verifier is given one of these for the `ca` rung.
 */
export interface ChainResolver {
  /**
   * @param chain `x5c`: standard base64, leaf first
   * @param now seconds since 1970
   * @throws WorkloadIdentityError `chain_invalid`, `chain_untrusted`, `leaf_expired`, `algorithm_not_allowed`
   */
  resolve(
    chain: readonly string[],
    algorithm: Algorithm,
    snapshot: TrustSnapshot,
    now: number,
  ): MaybePromise<ResolvedKey>;
}

/** The key a `kid` names. The lookup is a map of a closed set. @throws WorkloadIdentityError `key_unknown` */
export function resolveKeyId(keyId: string, snapshot: TrustSnapshot): ResolvedKey {
  const key = snapshot.keys.get(keyId);
  if (key === undefined) throw new WorkloadIdentityError('key_unknown', { detail: keyId });
  return key;
}

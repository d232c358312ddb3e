import type { Algorithm, SubjectPattern, TrustDomain } from '@workload-identity/contract';
import type { EngineKey } from '../engine/engine.ts';
import type { Rung } from '../keys/signer.ts';

/** An authority as a verifier uses it: patterns and times are parsed, keys stand in {@link TrustSnapshot}. */
export interface TrustedAuthority {
  readonly rung: Rung;
  /** `self`: `iss` must equal `sub`. `certificate`: the leaf's URI SAN. Otherwise exactly this issuer. */
  readonly issuer: string;
  readonly subjects: readonly SubjectPattern[];
  /** Seconds since 1970; from then on nothing of this authority is accepted. */
  readonly notAfter?: number;
  /** On the `ca` rung: the trust anchors, PEM. */
  readonly anchors?: readonly string[];
  /** On the `ca` rung: the https URLs of the token services whose leaves are accepted. */
  readonly services?: ReadonlySet<string>;
}

/** A key a verifier trusts, with all authorities that hold it. One key has one algorithm. */
export interface TrustedKey {
  readonly rung: Rung;
  readonly keyId: string;
  /**
   * The identifiers of this key and of every key it descends from: of the keys of its chain up to the anchor, or of the
   * secret it was derived from. A denial of any of them denies this key.
   */
  readonly lineage: readonly string[];
  readonly algorithm: Algorithm;
  readonly key: EngineKey;
  readonly authorities: readonly TrustedAuthority[];
  /** The one audience an audience-scoped key verifies for. */
  readonly audience?: string;
}

/** What is denied, ready to ask. */
export interface Denials {
  readonly keys: ReadonlySet<string>;
  readonly tokens: ReadonlySet<string>;
  /** Tells whether a workload or the https URL of a token service is denied, whichever part of a token names it. */
  name(identifier: string): boolean;
  /** Seconds since 1970; tokens issued before are denied. */
  readonly issuedBefore: number;
}

/** A trust bundle made ready. It never changes; a reload makes another one, and a verification uses one throughout. */
export interface TrustSnapshot {
  readonly trustDomain: TrustDomain;
  readonly sequence: number;
  /** By key identifier: a closed set. */
  readonly keys: ReadonlyMap<string, TrustedKey>;
  /** The authorities of the `ca` rung. */
  readonly certificateAuthorities: readonly TrustedAuthority[];
  readonly denied: Denials;
}

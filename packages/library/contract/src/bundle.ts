import type { Algorithm } from './algorithms.ts';
import type { PublicJwk } from './claim-values.ts';

/**
 * Where a secret is read from: an environment variable, or a file. Its text is base64 or base64url of at least 32 random
 * bytes. A configuration holds references, never values.
 */
export type SecretReference =
  | { readonly env: string; readonly file?: undefined }
  | { readonly file: string; readonly env?: undefined };

/** One HMAC key of an authority. At most one of `audience` and `deriveFor`; with neither the secret itself is the key. */
export interface HmacKeyReference {
  readonly secret: SecretReference;
  readonly alg?: 'HS256' | 'HS384' | 'HS512';
  /** The secret is the key derived for this one audience: it verifies tokens for it and nobody else's. */
  readonly audience?: string;
  /** The secret is the root: keys are derived for each of these audiences. */
  readonly deriveFor?: readonly string[];
}

interface AuthorityBase {
  /** Patterns: an identifier, or a prefix that ends in `/*`. All within the trust domain of the bundle. */
  readonly subjects: readonly string[];
  /** From this time on (RFC 3339, UTC) the authority is not accepted: the day a lower rung ends. */
  readonly notAfter?: string;
}

/** Trusts holders of shared secrets. `issuer: "self"`: every holder, and `iss` must equal `sub`. Otherwise exactly that issuer. */
export interface HmacAuthority extends AuthorityBase {
  readonly rung: 'hmac';
  readonly issuer: string;
  readonly keys: readonly HmacKeyReference[];
}

/** Trusts one minter by its public keys. `iss` must be exactly `issuer`. */
export interface AsymmetricAuthority extends AuthorityBase {
  readonly rung: 'asymmetric';
  readonly issuer: string;
  readonly keys: readonly (PublicJwk & { readonly alg: Exclude<Algorithm, 'HS256' | 'HS384' | 'HS512'> })[];
}

/** Trusts leaves whose chain ends in one of the anchors (PEM). The leaf's URI SAN is the issuer. */
export interface CaAuthority extends AuthorityBase {
  readonly rung: 'ca';
  readonly issuer: 'certificate';
  readonly anchors: readonly string[];
  /**
   * The token services whose leaves are accepted: https URLs, each exactly the URI SAN of a leaf. An https URL names no
   * trust domain, so without this list a service of another trust domain under the same CA could speak here.
   */
  readonly services?: readonly string[];
}

/** Keys or anchors, the issuer they speak for, and the subjects that issuer may assert. */
export type Authority = HmacAuthority | AsymmetricAuthority | CaAuthority;

/** What is refused although an authority would vouch for it. */
export interface Denied {
  /**
   * Key identifiers. On the `ca` rung that is the thumbprint (RFC 7638) of the key of a leaf, an intermediate or an anchor:
   * whatever it certified is denied with it. An HMAC root denies the keys that this bundle derives from it.
   */
  readonly keys?: readonly string[];
  /** Token identifiers (`jti`). */
  readonly tokens?: readonly string[];
  /** Subject patterns, and https URLs of token services. Each is refused as `sub`, as `iss` and as the outermost actor. */
  readonly subjects?: readonly string[];
  /** Tokens issued before this time (RFC 3339, UTC). */
  readonly issuedBefore?: string;
}

/** All that one trust domain trusts: one JSON document. Bundles of different trust domains are never merged. */
export interface TrustBundle {
  readonly version: 1;
  readonly trustDomain: string;
  /** Grows with every change and never goes back. */
  readonly sequence: number;
  /** How often a reader looks for a newer one, in seconds. */
  readonly refreshHint?: number;
  readonly authorities: readonly Authority[];
  readonly denied?: Denied;
}

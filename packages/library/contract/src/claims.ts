import type { WorkloadId } from './identifier.ts';
import type { OptionalClaims } from './optional-claims.ts';

/** The claims of contract version 1. Times are seconds since 1970 (RFC 7519 section 2, NumericDate), whole. */
export interface TokenClaims extends OptionalClaims {
  readonly ver: 1;
  /** Who signed: a workload identifier, or the https URL of a token service. */
  readonly iss: string;
  /** Which workload the token speaks of. */
  readonly sub: WorkloadId;
  /** For whom; one or up to 8. */
  readonly aud: string | readonly string[];
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
}

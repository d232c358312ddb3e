export { ALGORITHMS, type Algorithm, type AlgorithmEntry, algorithmOf } from './algorithms.ts';
export type {
  AsymmetricAuthority,
  Authority,
  CaAuthority,
  Denied,
  HmacAuthority,
  HmacKeyReference,
  SecretReference,
  TrustBundle,
} from './bundle.ts';
export type { Actor, Attestation, Confirmation, JsonValue, PublicJwk } from './claim-values.ts';
export type { TokenClaims } from './claims.ts';
export { CONTRACT } from './constants.ts';
export {
  type ErrorFacts,
  type ErrorOptions,
  isWorkloadIdentityError,
  WorkloadIdentityError,
} from './error.ts';
export {
  ERROR_CODES,
  type ErrorCategory,
  type ErrorCode,
  type ErrorCodeEntry,
  type PublicErrorCode,
} from './error-codes.ts';
export { readHeader, type TokenHeader } from './header.ts';
export {
  parseSubjectPattern,
  parseTrustDomain,
  parseWorkloadId,
  type SubjectPattern,
  type TrustDomain,
  trustDomainOf,
  type WorkloadId,
} from './identifier.ts';
export { LIMITS } from './limits.ts';
export { OPTIONAL_CLAIMS, type OptionalClaims, type RequestedClaims } from './optional-claims.ts';
export { readClaims } from './read-claims.ts';

export {
  type ErrorCode,
  isWorkloadIdentityError,
  type SecretReference,
  WorkloadIdentityError,
} from '@workload-identity/contract';
export type {
  MintedToken,
  MintRequest,
  SecretReader,
  VerifiedIdentity,
  VerifyOptions,
} from '@workload-identity/core';
export type { Configuration, VerifyConfiguration } from './config/configuration.ts';
export { readConfiguration } from './config/read-configuration.ts';
export { createWorkloadIdentity } from './create-workload-identity.ts';
export { identity, mint, verify } from './default-identity.ts';
export type { IdentityOptions } from './identity-options.ts';
export type { AsymmetricSignConfiguration } from './rungs/asymmetric.ts';
export type { CaSignConfiguration } from './rungs/ca.ts';
export type { CaKeyConfiguration } from './rungs/ca-key-configuration.ts';
export type { HmacSignConfiguration } from './rungs/hmac.ts';
export type { SignConfiguration } from './rungs/rungs.ts';
export type { SignerStatus, SigningKeyStatus, StatusError } from './signing/live-signer.ts';
export type { BundleState, IdentityStatus, WorkloadIdentity } from './workload-identity.ts';

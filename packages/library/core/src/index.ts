export type { BundleSource, BundleSourceOptions, BundleStatus } from './bundle/bundle-options.ts';
export { createBundleSource } from './bundle/bundle-source.ts';
export type { Denials, TrustedAuthority, TrustedKey, TrustSnapshot } from './bundle/snapshot.ts';
export type { EngineKey, MaybePromise, PrivateJwk } from './engine/engine.ts';
export {
  type BundleEvent,
  events,
  type LeafEvent,
  type MintEvent,
  type SignerEvent,
  type VerifyEvent,
} from './events.ts';
export { type AsymmetricAlgorithm, AsymmetricKey, type AuthorityJwk } from './keys/asymmetric-key.ts';
export { type ChainSignerOptions, createChainSigner } from './keys/chain-signer.ts';
export { type HmacAlgorithm, HmacKey } from './keys/hmac-key.ts';
export { importPublicKey } from './keys/import-public-key.ts';
export { KeyRing, type KeyRingEntry, type KeyRingOptions } from './keys/key-ring.ts';
export type { Rung, Signer, SignerSource } from './keys/signer.ts';
export { thumbprintInput } from './keys/thumbprint.ts';
export {
  createMinter,
  type MintedToken,
  type Minter,
  type MinterOptions,
  type MintRequest,
} from './mint/minter.ts';
export { createTokenSource, type TokenSource, type TokenSourceOptions } from './mint/token-source.ts';
export { keyFrom, readSecret, type SecretReader } from './sources/read-secret.ts';
export type { ProvenKey } from './verify/confirm.ts';
export type { VerifiedIdentity } from './verify/identity.ts';
export type { ChainResolver, LeafPath, ResolvedKey, ResolvedLeaf } from './verify/resolve.ts';
export { createVerifier } from './verify/verifier.ts';
export type { Verifier, VerifierOptions, VerifyOptions } from './verify/verifier-options.ts';
export { defineVerify, type VerifyNow, verifyNow } from './verify/verify-now.ts';

export {
  type CertificateAuthority,
  type CertificateAuthorityOptions,
  createCertificateAuthority,
  type IssuedLeaf,
} from './authority/certificate-authority.ts';
export {
  createIntermediateCertificate,
  type IntermediateCertificateOptions,
} from './authority/intermediate.ts';
export type { LeafRequest } from './authority/leaf-request.ts';
export {
  type CaCertificate,
  type CaCertificateOptions,
  createRootCertificate,
  type RootCertificateOptions,
} from './authority/root.ts';
export type { CaAlgorithm, CaKey, CaPublicKey } from './ca-key.ts';
export { type CreateCaKeyFileOptions, createCaKeyFile } from './keys/create-key-file.ts';
export { fileCaKey } from './keys/file.ts';
export { type MemoryCaKeyOptions, memoryCaKey } from './keys/memory.ts';
export type { PassphraseOptions } from './keys/passphrase.ts';
export type { LeafIssueRequest, LeafIssuer } from './leaf/leaf-issuer.ts';
export type { LeafSourceOptions } from './leaf/leaf-options.ts';
export { createLeafSource, type LeafSource, type LeafStatus } from './leaf/leaf-source.ts';
export type { Timers } from './leaf/timers.ts';
export type { Ambient } from './options.ts';
export {
  type CertificateRequest,
  type CertificateRequestOptions,
  createCertificateRequest,
} from './request/create-request.ts';
export type { LeafUsage } from './x509/extensions.ts';

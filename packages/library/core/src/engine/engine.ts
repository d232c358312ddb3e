import type { Algorithm, PublicJwk } from '@workload-identity/contract';

/** A value now, or later: the engine on Node answers at once, WebCrypto does not. */
export type MaybePromise<T> = T | Promise<T>;

/** A private JWK (RFC 7517), as far as the contract's algorithms need it. */
export type PrivateJwk = PublicJwk & { readonly d: string; readonly [member: string]: unknown };

/** Where a public-key signature is checked: on the thread pool, on the calling thread, or by how much is under way. */
export type ThreadPool = 'auto' | 'always' | 'never';

/** An imported key: what it is stays inside the engine that made it, see `SealedKey`. */
export interface EngineKey {
  readonly algorithm: Algorithm;
}

/** Writes the compact token for a payload (JSON text) under a header fixed beforehand. */
export type TokenSigner = (payload: string) => MaybePromise<string>;

/**
 * The one seam to cryptography. `node.ts` is `node:crypto`, `web.ts` is jose over WebCrypto; a differential test holds
 * their verdicts equal. Every import refuses a key whose kind, curve or size does not fit its algorithm.
 */
export interface Engine {
  importSecret(algorithm: Algorithm, secret: Uint8Array): MaybePromise<EngineKey>;
  importPublicKey(algorithm: Algorithm, jwk: PublicJwk): MaybePromise<EngineKey>;
  importPrivateKey(algorithm: Algorithm, jwk: PrivateJwk): MaybePromise<EngineKey>;
  /** Takes a private key that was made in this process and is never exported: on Node a `KeyObject`. */
  adoptPrivateKey(algorithm: Algorithm, key: unknown): MaybePromise<EngineKey>;
  /** Reads an unencrypted PKCS#8 PEM. */
  readPrivatePem(pem: string): MaybePromise<PrivateJwk>;
  generatePrivateKey(algorithm: Algorithm): MaybePromise<PrivateJwk>;
  signer(key: EngineKey, header: Readonly<Record<string, unknown>>): TokenSigner;
  /**
   * Checks the signature of a compact token; `signingInputLength` is where its second dot stands. An engine that can do so
   * on another thread decides by `threadPool`, which is `never` when it is left out.
   */
  verify(
    key: EngineKey,
    token: string,
    signingInputLength: number,
    threadPool?: ThreadPool,
  ): MaybePromise<boolean>;
  sha256(data: Uint8Array): MaybePromise<Uint8Array>;
  hmacSha256(secret: Uint8Array, data: Uint8Array): MaybePromise<Uint8Array>;
  /** HKDF-SHA-256 without salt (RFC 5869). */
  hkdfSha256(secret: Uint8Array, info: Uint8Array, length: number): MaybePromise<Uint8Array>;
  /** 128 random bits as base64url, for `jti`. */
  tokenId(): string;
}

import type { ErrorCode } from '@workload-identity/contract';
import type { Rung, SignerSource } from '@workload-identity/core';

/** How the keys to sign with stand. Plain data, safe to log. */
export interface SignerStatus {
  /** `empty`: there is nothing to sign with. `stale`: the newest attempt failed and the last good keys still sign. */
  readonly state: 'empty' | 'current' | 'stale';
  readonly rung: Rung;
  readonly keys: readonly SigningKeyStatus[];
  /** Why the newest attempt failed. */
  readonly error?: StatusError;
}

/** One key to sign with. */
export interface SigningKeyStatus {
  readonly state: 'next' | 'active' | 'retired';
  /** The RFC 7638 thumbprint of the key; on the `ca` rung of that of the leaf. A shared secret has an identifier of its own. */
  readonly keyId: string;
  /** On the `ca` rung the last second of the leaf, and so of every token it signs; seconds since 1970. */
  readonly notAfter?: number;
}

/** An error as plain data: its code, and what is wrong and how to fix it. */
export interface StatusError {
  readonly code: ErrorCode;
  readonly message: string;
}

/** A signer source that looks for changes by itself: what a rung opens. */
export interface LiveSigner extends SignerSource {
  /** Reads the keys, unless they are there. @throws WorkloadIdentityError why they cannot be used */
  ready(): Promise<void>;
  /** Reads again now. Broken keys leave the last good ones active; {@link status} and an event say so. */
  reload(): Promise<void>;
  /** Reads again because a token named an unknown key; seldom, however often it is called, and for at most a second. */
  heal(): Promise<void>;
  status(): SignerStatus;
  close(): void | Promise<void>;
}

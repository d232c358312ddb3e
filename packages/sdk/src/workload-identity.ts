import type { WorkloadId } from '@workload-identity/contract';
import type { Minter, TokenSource, Verifier } from '@workload-identity/core';
import type { SignerStatus, StatusError } from './signing/live-signer.ts';

/** How the trust bundle stands. Plain data, safe to log. */
export interface BundleState {
  /** `empty`: nothing was read yet. `stale`: the newest attempt failed and the last good bundle is active. */
  readonly state: 'empty' | 'current' | 'stale';
  readonly trustDomain?: string;
  readonly sequence?: number;
  /** When the active bundle was loaded; milliseconds since 1970. */
  readonly loadedAt?: number;
  /** Why the newest attempt failed. */
  readonly error?: StatusError;
}

/** How a workload identity stands. Plain data, safe to log: no key, no secret, no token. */
export interface IdentityStatus {
  readonly workload: WorkloadId;
  /** Absent where `sign` is not configured. */
  readonly signer?: SignerStatus;
  /** Absent where `verify` is not configured. */
  readonly bundle?: BundleState;
}

/**
 * The identity of one service: mints its tokens, verifies those of its callers. Its functions need no `this`. After
 * `close()` each of them throws `closed`.
 */
export interface WorkloadIdentity extends Minter, Verifier, TokenSource {
  readonly workload: WorkloadId;
  /**
   * Reads the keys and the bundle, so that a service that cannot work does not start. Without it the first use does.
   * @throws WorkloadIdentityError why they cannot be used
   */
  ready(): Promise<void>;
  /** Reads keys and bundle again now, and tells how they stand. Broken ones leave the last good ones active. */
  reload(): Promise<IdentityStatus>;
  status(): IdentityStatus;
  /** Ends timers and signal handlers. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

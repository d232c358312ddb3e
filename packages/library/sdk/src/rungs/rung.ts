import type { WorkloadId } from '@workload-identity/contract';
import type { SecretReader } from '@workload-identity/core';
import type { LiveSigner } from '../signing/live-signer.ts';

/** What a rung is given to open its signer with. */
export interface SignerContext {
  readonly workload: WorkloadId;
  readonly readSecret: SecretReader;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Seconds; 0 never looks again. */
  readonly pollInterval: number;
  /** A number from 0 to 1 that spreads renewals. Default `Math.random`. */
  readonly random?: () => number;
  /** The anchors of the trust bundle, PEM, where there is one. */
  readonly anchors?: () => Promise<readonly string[]>;
}

/** What the schema of every rung makes of `sign`: it knows how to open itself. */
export interface SignSettings {
  /** `iss`, when it is not the workload itself. */
  readonly issuer?: string;
  /** Seconds. */
  readonly lifetime?: number;
  readonly roles?: readonly string[];
  /** Whether it takes the anchors of the trust bundle to sign. */
  readonly needsAnchors?: boolean;
  /** Opens the signer. It does no I/O: `ready()` of the signer does. */
  readonly open: (context: SignerContext) => LiveSigner;
}

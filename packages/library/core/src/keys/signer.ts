import type { Algorithm } from '@workload-identity/contract';
import type { MaybePromise } from '../engine/engine.ts';

/** How a token is signed: shared secret, local private key, or a leaf under a certificate authority. */
export type Rung = 'hmac' | 'asymmetric' | 'ca';

/** One key ready to sign. */
export interface Signer {
  readonly rung: Rung;
  readonly algorithm: Algorithm;
  /** `kid`, or on the `ca` rung the thumbprint (RFC 7638) of the key of the leaf. */
  readonly keyId: string;
  /** The last second at which a token of this signer may end, where its certificate sets one. Seconds since 1970. */
  readonly notAfter?: number;
  /** Writes the compact token for a payload as JSON text. */
  sign(payload: string): MaybePromise<string>;
}

/** Where a minter gets its signer for each token: a key ring, or a rotating leaf. */
export interface SignerSource {
  /** @throws WorkloadIdentityError `signer_unavailable` */
  signerFor(audiences: readonly string[]): MaybePromise<Signer>;
}

import { type Channel, channel } from 'node:diagnostics_channel';
import type { ErrorCode } from '@workload-identity/contract';
import type { Rung } from './keys/signer.ts';

/** Published on `workload-identity:verify` after every verification. Of a refused token only the reason is said: nothing in it is believed. */
export interface VerifyEvent {
  readonly outcome: 'accepted' | 'refused';
  readonly code?: ErrorCode;
  readonly subject?: string;
  readonly issuer?: string;
  readonly rung?: Rung;
  readonly keyId?: string;
  readonly tokenId?: string;
  readonly cached: boolean;
}

/** Published on `workload-identity:mint` after every mint. */
export interface MintEvent {
  readonly outcome: 'minted' | 'failed';
  readonly code?: ErrorCode;
  readonly subject?: string;
  readonly audience?: string | readonly string[];
  readonly rung?: Rung;
  readonly keyId?: string;
  readonly tokenId?: string;
  /** Seconds since 1970. */
  readonly expiresAt?: number;
}

/** Published on `workload-identity:bundle` when a bundle is taken, refused, or found unchanged after an error. */
export interface BundleEvent {
  readonly outcome: 'loaded' | 'refused';
  readonly trustDomain?: string;
  readonly sequence?: number;
  readonly code?: ErrorCode;
  /** What is wrong and how to mend it, for the operator. */
  readonly message?: string;
}

/** Published on `workload-identity:signer` when keys to sign with are taken, refused, or found unchanged after an error. */
export interface SignerEvent {
  readonly outcome: 'loaded' | 'refused';
  readonly rung: Rung;
  /** The key that signs from now on. */
  readonly keyId?: string;
  readonly code?: ErrorCode;
  /** What is wrong and how to mend it, for the operator. */
  readonly message?: string;
}

/** Published on `workload-identity:leaf` when a leaf was renewed, when a renewal failed, and when the last leaf has ended. */
export interface LeafEvent {
  readonly outcome: 'renewed' | 'failed' | 'expired';
  readonly workload: string;
  /** The thumbprint (RFC 7638) of the key of the newest leaf. */
  readonly keyId?: string;
  /** The last second of that leaf; seconds since 1970. */
  readonly notAfter?: number;
  /** When the next attempt is due; seconds since 1970. */
  readonly nextAttempt?: number;
  readonly code?: ErrorCode;
  /** What is wrong and how to mend it, for the operator. */
  readonly message?: string;
}

function open<T>(name: string): { publish(event: T): void; readonly hasSubscribers: boolean } {
  const target: Channel = channel(`workload-identity:${name}`);
  return {
    publish: (event) => target.publish(event),
    get hasSubscribers() {
      return target.hasSubscribers;
    },
  };
}

/** The channels of `node:diagnostics_channel` this project publishes on. Nothing is built for a channel nobody watches. */
export const events = {
  verify: open<VerifyEvent>('verify'),
  mint: open<MintEvent>('mint'),
  bundle: open<BundleEvent>('bundle'),
  leaf: open<LeafEvent>('leaf'),
  signer: open<SignerEvent>('signer'),
};

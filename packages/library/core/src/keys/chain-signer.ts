import { CONTRACT, LIMITS } from '@workload-identity/contract';
import { engine } from '#engine';
import { keyInvalid } from '../engine/key-invalid.ts';
import type { AsymmetricAlgorithm } from './asymmetric-key.ts';
import type { Signer } from './signer.ts';

/** What {@link createChainSigner} is made from. */
export interface ChainSignerOptions {
  readonly algorithm: AsymmetricAlgorithm;
  /** The private key of the leaf: on Node a `KeyObject`. It was made in this process and is never exported. */
  readonly privateKey: unknown;
  /** `x5c` (RFC 7515 section 4.1.6): standard base64 of DER, leaf first, anchor left out. At most 3. */
  readonly chain: readonly string[];
  /** The thumbprint (RFC 7638) of the key of the leaf. */
  readonly keyId: string;
  /** The last second of the leaf, seconds since 1970. */
  readonly notAfter: number;
}

/**
 * A signer of the `ca` rung: its tokens carry the chain, and never outlive the leaf. Who made the chain answers for it.
 * @throws WorkloadIdentityError `key_invalid` for a key of another kind, or a chain that does not fit into a header
 */
export async function createChainSigner(options: ChainSignerOptions): Promise<Signer> {
  const { algorithm, chain, keyId, notAfter } = options;
  const header = { alg: algorithm, typ: CONTRACT.type, x5c: [...chain] };
  if (chain.length === 0 || chain.length > LIMITS.chainLength) {
    throw keyInvalid(`a chain of 1 to ${LIMITS.chainLength} certificates`);
  }
  if (JSON.stringify(header).length > LIMITS.headerBytes) {
    throw keyInvalid(`a chain that fits into a header of ${LIMITS.headerBytes} bytes`);
  }
  const key = await engine.adoptPrivateKey(algorithm, options.privateKey);
  return Object.freeze({ rung: 'ca', algorithm, keyId, notAfter, sign: engine.signer(key, header) });
}

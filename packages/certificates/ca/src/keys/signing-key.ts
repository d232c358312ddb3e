import { isWorkloadIdentityError, WorkloadIdentityError } from '@workload-identity/contract';
import type { CaKey, CaPublicKey } from '../ca-key.ts';
import { isSignedBy, readPublicKey } from './algorithms.ts';

/** The error of a key or an issuer that failed. Of one from elsewhere only name and code are told: its text may quote what the key was opened with. */
export function unavailable(name: string, cause: unknown): WorkloadIdentityError {
  if (isWorkloadIdentityError(cause)) return cause;
  const { name: kind, code } = (cause ?? {}) as { name?: unknown; code?: unknown };
  const told = [kind, code].filter((part) => typeof part === 'string' && /^[\w.-]{1,64}$/.test(part));
  return new WorkloadIdentityError('authority_unavailable', {
    detail: `${name} failed${told.length === 0 ? '' : ` (${told.join(' ')})`}`,
  });
}

/** A CA key as this package uses it: its public half is pinned, and no signature passes that the pinned half does not verify. */
export class SigningKey {
  readonly name: string;
  readonly #key: CaKey;
  #pinned: Promise<CaPublicKey> | undefined;

  constructor(key: CaKey) {
    if (
      typeof key?.sign !== 'function' ||
      typeof key.publicKey !== 'function' ||
      typeof key.name !== 'string'
    ) {
      throw new TypeError('a CA key is required');
    }
    this.#key = key;
    this.name = key.name;
  }

  /** @throws WorkloadIdentityError `authority_unavailable`, `key_invalid` */
  publicKey(): Promise<CaPublicKey> {
    this.#pinned ??= this.#pin().catch((error: unknown) => {
      this.#pinned = undefined;
      throw unavailable(this.name, error);
    });
    return this.#pinned;
  }

  /** Signs bytes. @throws WorkloadIdentityError `authority_unavailable`; `key_invalid` for a signature that is not by this key */
  async sign(tbs: Uint8Array): Promise<Uint8Array> {
    const pinned = await this.publicKey();
    let signature: Uint8Array;
    try {
      // A copy goes out: what is verified and released below is what was asked for.
      signature = Uint8Array.from(await this.#key.sign(Uint8Array.from(tbs)));
    } catch (cause) {
      throw unavailable(this.name, cause);
    }
    if (isSignedBy(pinned, tbs, signature)) return signature;
    throw new WorkloadIdentityError('key_invalid', {
      detail: `${this.name} returned a signature that is not by its public key. Nothing was issued; check what answers in its place`,
    });
  }

  async #pin(): Promise<CaPublicKey> {
    const { spki, algorithm } = await this.#key.publicKey();
    const read = readPublicKey(spki, this.name);
    if (read.algorithm === algorithm) return read;
    throw new WorkloadIdentityError('key_invalid', {
      detail: `${this.name} says ${algorithm} of a key for ${read.algorithm}`,
    });
  }
}

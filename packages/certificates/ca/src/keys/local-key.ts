import { createPublicKey, type KeyObject } from 'node:crypto';
import { WorkloadIdentityError } from '@workload-identity/contract';
import type { CaAlgorithm, CaKey, CaPublicKey } from '../ca-key.ts';
import { algorithmFor, signBytes, spkiOf } from './algorithms.ts';

interface Opened {
  readonly key: KeyObject;
  readonly algorithm: CaAlgorithm;
  readonly spki: Uint8Array;
}

/** A CA key whose private half is in the memory of this process. It is opened on first use, once. */
export class LocalKey implements CaKey {
  readonly name: string;
  readonly #open: () => KeyObject | Promise<KeyObject>;
  #opened: Promise<Opened> | undefined;
  #closed = false;

  constructor(name: string, open: () => KeyObject | Promise<KeyObject>) {
    this.name = name;
    this.#open = open;
  }

  async publicKey(): Promise<CaPublicKey> {
    const { spki, algorithm } = await this.#key();
    return { spki: spki.slice(), algorithm };
  }

  async sign(tbs: Uint8Array): Promise<Uint8Array> {
    const { key, algorithm } = await this.#key();
    return signBytes(key, algorithm, tbs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#opened = undefined;
  }

  #key(): Promise<Opened> {
    if (this.#closed) return Promise.reject(new WorkloadIdentityError('closed'));
    this.#opened ??= this.#read().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  async #read(): Promise<Opened> {
    const key = await this.#open();
    return { key, algorithm: algorithmFor(key, this.name), spki: spkiOf(createPublicKey(key)) };
  }
}

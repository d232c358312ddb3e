import type { ResolvedKey } from '@workload-identity/core';

/** A chain that was valid, for as long as all of its certificates are. */
export interface CachedChain {
  readonly key: ResolvedKey;
  /** Seconds since 1970, both inclusive. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/**
 * Valid chains by their whole text, of one snapshot: no two chains share an entry, and another snapshot has another cache.
 * Bounded in entries; the one that was longest not asked for goes first.
 */
export class ChainCache {
  readonly #entries = new Map<string, CachedChain>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** The entry, if every certificate is valid at this second. */
  get(text: string, second: number): CachedChain | undefined {
    const entry = this.#entries.get(text);
    if (entry === undefined) return undefined;
    this.#entries.delete(text);
    if (!(second >= entry.notBefore && second <= entry.notAfter)) return undefined;
    this.#entries.set(text, entry);
    return entry;
  }

  set(text: string, entry: CachedChain): void {
    if (this.#most === 0) return;
    if (this.#entries.size >= this.#most) this.#entries.delete(this.#entries.keys().next().value as string);
    this.#entries.set(text, entry);
  }

  get size(): number {
    return this.#entries.size;
  }
}

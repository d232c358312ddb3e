import type { LeafPath, ResolvedKey } from '@workload-identity/core';

/** A chain that was valid, for as long as it is under one of its anchors. */
export interface CachedChain {
  readonly key: ResolvedKey;
  readonly paths: readonly LeafPath[];
}

interface Entry extends CachedChain {
  readonly chain: readonly string[];
}

const TAIL = 43;

/** The ends of the certificates, which are their signatures. It finds an entry and proves nothing. */
function keyOf(chain: readonly string[]): string {
  let key = '';
  for (const text of chain) key += text.slice(-TAIL);
  return key;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, at) => text === other[at]);
}

function isOpen(paths: readonly LeafPath[], second: number): boolean {
  for (const { notBefore, notAfter } of paths) if (second >= notBefore && second <= notAfter) return true;
  return false;
}

/**
 * Valid chains of one snapshot; another snapshot has another cache. An entry is found by a small part of a chain, and holds
 * for all of its text and for no other. Bounded in entries; the one that was longest not asked for goes first.
 */
export class ChainCache {
  readonly #entries = new Map<string, Entry>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** The entry, if every certificate and one of the anchors are valid at this second. */
  get(chain: readonly string[], second: number): CachedChain | undefined {
    const key = keyOf(chain);
    const entry = this.#entries.get(key);
    if (entry === undefined || !isSame(entry.chain, chain)) return undefined;
    this.#entries.delete(key);
    if (!isOpen(entry.paths, second)) return undefined;
    this.#entries.set(key, entry);
    return entry;
  }

  set(chain: readonly string[], cached: CachedChain): void {
    if (this.#most === 0) return;
    const key = keyOf(chain);
    this.#entries.delete(key);
    if (this.#entries.size >= this.#most) this.#entries.delete(this.#entries.keys().next().value as string);
    this.#entries.set(key, { ...cached, chain: [...chain] });
  }

  get size(): number {
    return this.#entries.size;
  }
}

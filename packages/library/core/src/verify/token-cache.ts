import type { TrustSnapshot } from '../bundle/snapshot.ts';
import type { VerifiedIdentity } from './identity.ts';
import type { ResolvedKey } from './resolve.ts';

/** A token whose signature held, with all that a later judgement needs. */
export interface CachedToken {
  readonly identity: VerifiedIdentity;
  readonly key: ResolvedKey;
  /** The trust it was verified under. Under any other it counts for nothing, and has a cache of its own. */
  readonly snapshot: TrustSnapshot;
}

interface Entry extends CachedToken {
  readonly token: string;
  readonly bytes: number;
  visited: boolean;
}

// Map slot, entry, identity and claims objects, measured per cached token and rounded up.
const OVERHEAD_BYTES = 2_048;
// A text that has just arrived has no hash yet: hashing all of it would take longer than all the rest of a lookup.
const KEY_LENGTH = 43;
// Of `ext`, whose structure is the minter's choice: an object of two characters takes a hundred times its text.
const OBJECT_BYTES = 320;
const MEMBER_BYTES = 80;

/** What the structure of a value takes beside its text. Its depth is bounded by the contract. */
function structureBytes(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let bytes = OBJECT_BYTES;
  for (const inner of Object.values(value)) bytes += MEMBER_BYTES + structureBytes(inner);
  return bytes;
}

/** The end of the signature, 256 bits of it. It finds an entry and proves nothing. */
function keyOf(token: string): string {
  return token.slice(-KEY_LENGTH);
}

/**
 * Tokens verified under one snapshot. An entry is found by the end of a token's signature and holds for its whole text and for no other: a
 * token that shares the end of one takes its place, and is never taken for it. Bounded in bytes. Entries that were asked
 * for get a second chance before they go, so that a flood of fresh tokens pushes out other fresh tokens.
 */
export class TokenCache {
  readonly #entries = new Map<string, Entry>();
  readonly #budget: number;
  // Where the next eviction goes on: one that begins anew first passes every place evictions have emptied. It stays only
  // from one eviction to the next, because what is dropped in between would live as long as it does.
  #oldest: MapIterator<Entry> | undefined;
  #bytes = 0;

  constructor(budget: number) {
    this.#budget = budget;
  }

  get(token: string): CachedToken | undefined {
    const entry = this.#find(token);
    if (entry !== undefined) entry.visited = true;
    return entry;
  }

  set(token: string, cached: CachedToken): void {
    // Parsed claims take about twice their text beside the text itself.
    const bytes = OVERHEAD_BYTES + token.length * 3 + structureBytes(cached.identity.claims.ext);
    if (bytes > this.#budget) return;
    const before = this.#entries.get(keyOf(token));
    if (before !== undefined) this.#drop(before);
    while (this.#bytes + bytes > this.#budget) this.#evict();
    this.#add({ ...cached, token, bytes, visited: false });
  }

  delete(token: string): void {
    const entry = this.#find(token);
    if (entry !== undefined) this.#drop(entry);
  }

  get size(): number {
    return this.#entries.size;
  }

  #find(token: string): Entry | undefined {
    if (this.#bytes === 0) return undefined;
    const entry = this.#entries.get(keyOf(token));
    return entry?.token === token ? entry : undefined;
  }

  #add(entry: Entry): void {
    this.#entries.set(keyOf(entry.token), entry);
    this.#bytes += entry.bytes;
  }

  #drop(entry: Entry): void {
    this.#entries.delete(keyOf(entry.token));
    this.#oldest = undefined;
    this.#bytes -= entry.bytes;
  }

  #evict(): void {
    const oldest = this.#oldest ?? this.#entries.values();
    for (const entry of oldest) {
      this.#drop(entry);
      if (!entry.visited) break;
      entry.visited = false;
      this.#add(entry);
    }
    this.#oldest = oldest;
  }
}

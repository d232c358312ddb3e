import type { TrustSnapshot } from '../bundle/snapshot.ts';
import type { VerifiedIdentity } from './identity.ts';
import type { ResolvedKey } from './resolve.ts';

/** A token whose signature held, with all that a later judgement needs. */
export interface CachedToken {
  readonly identity: VerifiedIdentity;
  readonly key: ResolvedKey;
  /** The trust it was verified under. Under any other it counts for nothing. */
  readonly snapshot: TrustSnapshot;
}

interface Entry extends CachedToken {
  readonly bytes: number;
  visited: boolean;
}

// Map slot, entry, identity and claims objects, measured per cached token and rounded up.
const OVERHEAD_BYTES = 2_048;
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

/**
 * Verified tokens by their whole text: there is no shorter key two tokens could share. Bounded in bytes. Entries that
 * were asked for get a second chance before they go, so that a flood of fresh tokens pushes out other fresh tokens.
 */
export class TokenCache {
  readonly #entries = new Map<string, Entry>();
  readonly #budget: number;
  // Where the next eviction goes on: one that begins anew first passes every place evictions have emptied. It stays only
  // from one eviction to the next, because what is dropped in between would live as long as it does.
  #oldest: MapIterator<[string, Entry]> | undefined;
  #bytes = 0;

  constructor(budget: number) {
    this.#budget = budget;
  }

  get(token: string, snapshot: TrustSnapshot): CachedToken | undefined {
    const entry = this.#entries.get(token);
    if (entry === undefined) return undefined;
    if (entry.snapshot !== snapshot) {
      this.#drop(token, entry);
      return undefined;
    }
    entry.visited = true;
    return entry;
  }

  set(token: string, cached: CachedToken): void {
    const before = this.#entries.get(token);
    if (before !== undefined) this.#drop(token, before);
    // Parsed claims take about twice their text beside the text itself.
    const bytes = OVERHEAD_BYTES + token.length * 3 + structureBytes(cached.identity.claims.ext);
    if (bytes > this.#budget) return;
    while (this.#bytes + bytes > this.#budget) this.#evict();
    this.#entries.set(token, { ...cached, bytes, visited: false });
    this.#bytes += bytes;
  }

  delete(token: string): void {
    const entry = this.#entries.get(token);
    if (entry !== undefined) this.#drop(token, entry);
  }

  clear(): void {
    this.#entries.clear();
    this.#oldest = undefined;
    this.#bytes = 0;
  }

  get size(): number {
    return this.#entries.size;
  }

  #drop(token: string, entry: Entry): void {
    this.#entries.delete(token);
    this.#oldest = undefined;
    this.#bytes -= entry.bytes;
  }

  #evict(): void {
    const oldest = this.#oldest ?? this.#entries.entries();
    for (const [token, entry] of oldest) {
      this.#drop(token, entry);
      if (!entry.visited) break;
      entry.visited = false;
      this.#entries.set(token, entry);
      this.#bytes += entry.bytes;
    }
    this.#oldest = oldest;
  }
}

import type { TokenHeader } from '@workload-identity/contract';

interface Known {
  readonly segment: string;
  readonly header: TokenHeader;
}

const MOST = 1_024;
// Long enough to reach the serial number of a leaf. To hash all of a header with a chain costs as much as its claims do.
const KEY_LENGTH = 160;

/**
 * Headers under which a signature has held, by their segment as it stood in the token: the same text needs no second
 * reading. An entry is found by the beginning of a segment, and holds for all of its text and for no other.
 */
export class KnownHeaders {
  readonly #known = new Map<string, Known>();

  get(segment: string): TokenHeader | undefined {
    const known = this.#known.get(segment.slice(0, KEY_LENGTH));
    return known?.segment === segment ? known.header : undefined;
  }

  add(slice: string, header: TokenHeader): void {
    if (this.#known.size >= MOST) this.#known.clear();
    // A copy: a slice would keep all of its token.
    const segment = Buffer.from(slice, 'latin1').toString('latin1');
    const key = segment.slice(0, KEY_LENGTH);
    this.#known.delete(key);
    this.#known.set(key, { segment, header });
  }
}

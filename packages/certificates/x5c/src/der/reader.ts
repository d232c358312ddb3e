import { Flaw } from '../flaw.ts';

/** One element: its tag, its contents, and all its bytes with the tag and the length. */
export interface Element {
  readonly tag: number;
  readonly contents: Uint8Array;
  readonly bytes: Uint8Array;
}

const HIGH_TAG_NUMBER = 0x1f;
const INDEFINITE = 0x80;

/**
 * Reads DER (X.690) and nothing else: definite lengths in their shortest form, low tag numbers, no byte left over. Every
 * element is asked for by its tag, so there is no recursion that input could drive. Values are views, never copies.
 */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The tag of the next element; undefined at the end. */
  get nextTag(): number | undefined {
    return this.#bytes[this.#at];
  }

  /** The next element, which must have this tag. @throws Flaw */
  read(tag: number): Element {
    if (this.nextTag !== tag) throw new Flaw('it is not DER of the expected form');
    return this.readAny();
  }

  /** The next element if it has this tag. @throws Flaw */
  readOptional(tag: number): Element | undefined {
    return this.nextTag === tag ? this.readAny() : undefined;
  }

  /** The next element, whatever its tag. @throws Flaw */
  readAny(): Element {
    const bytes = this.#bytes;
    const start = this.#at;
    const tag = bytes[start];
    const first = bytes[start + 1];
    if (tag === undefined || first === undefined) throw new Flaw('its DER ends early');
    if ((tag & HIGH_TAG_NUMBER) === HIGH_TAG_NUMBER) throw new Flaw('its DER has a tag of a high number');
    if (first === INDEFINITE) throw new Flaw('its DER has an indefinite length');
    const extra = first < INDEFINITE ? 0 : first - INDEFINITE;
    const length = extra === 0 ? first : this.#longLength(start + 2, extra);
    const contentsAt = start + 2 + extra;
    const end = contentsAt + length;
    if (end > bytes.length) throw new Flaw('its DER ends early');
    this.#at = end;
    return { tag, contents: bytes.subarray(contentsAt, end), bytes: bytes.subarray(start, end) };
  }

  /** @throws Flaw where bytes are left over */
  finish(): void {
    if (!this.atEnd) throw new Flaw('its DER has bytes left over');
  }

  // A certificate is far below 64 KiB: two bytes of length are enough for all that is read here.
  #longLength(from: number, count: number): number {
    if (count > 2) throw new Flaw('its DER has a length out of range');
    const high = this.#bytes[from];
    const low = count === 2 ? this.#bytes[from + 1] : 0;
    if (high === undefined || low === undefined) throw new Flaw('its DER ends early');
    const length = count === 2 ? high * 256 + low : high;
    if (length < (count === 2 ? 0x100 : 0x80))
      throw new Flaw('its DER has a length that is not in its shortest form');
    return length;
  }
}

/** A reader over the contents of one element that fills `bytes`. @throws Flaw */
export function open(bytes: Uint8Array, tag: number): DerReader {
  const outer = new DerReader(bytes);
  const { contents } = outer.read(tag);
  outer.finish();
  return new DerReader(contents);
}

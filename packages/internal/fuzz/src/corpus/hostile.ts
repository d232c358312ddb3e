import type { Alg } from '../oracle/signature.ts';

/** A kind of token that a stranger can send who holds no key at all. */
export interface HostileToken {
  readonly name: string;
  /**
   * The algorithm of the key or the anchor that it names: one signature check with it is what it may cost beside the rest.
   * Undefined where it names none.
   */
  readonly names?: Alg;
  /** Bytes that the signature check reads. */
  readonly checked?: number;
  /** A token of this kind, another one for every number: what was cached helps nobody. */
  make(number: number): string;
}

/** Text of one byte a character, as it comes off a socket: flat, and not hashed yet. */
export const arrived = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Letters of base64url that are others for every number, so many of them. The last has no bits that are left over. */
export function letters(number: number, length: number): string {
  let [text, state] = ['', Math.imul(number + 1, 0x9e3779b1) >>> 0];
  while (text.length < length - 1) {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x297a2d39) >>> 0;
    text += LETTERS[(state >>> 11) % 64];
  }
  return `${text}A`;
}

/** Bytes as a segment. */
export const segment = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url');

/** A payload that looks like any other. */
export const smallPayload = (number: number): string =>
  segment(
    `{"ver":1,"iss":"spiffe://prod.example.com/x","sub":"spiffe://prod.example.com/x","jti":"${letters(number, 22)}"}`,
  );

/** A signature of so many bytes that nobody made. */
export const junkSignature = (number: number, bytes = 32): string =>
  letters(number, Math.ceil((bytes * 4) / 3));

/** The largest header, in bytes. */
export const HEADER_BYTES = 8_192;
/** The largest token, in characters. */
export const TOKEN_BYTES = 16_384;

/** Repeats a piece until the text is as long as it may be. */
export function filled(before: string, piece: string, after: string, bytes = HEADER_BYTES): string {
  const left = bytes - Buffer.byteLength(before + after);
  return before + piece.repeat(Math.max(0, Math.floor(left / Buffer.byteLength(piece)))) + after;
}

/** A token with this header, and the rest as small as it can be. */
export const withHeader = (header: string | Uint8Array, number: number): string =>
  arrived(`${segment(header)}.${smallPayload(number)}.${junkSignature(number)}`);

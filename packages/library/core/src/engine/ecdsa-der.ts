/**
 * ECDSA signatures between their two forms: R || S of fixed length (RFC 7518 section 3.4) and DER (RFC 3279 section 2.2.3).
 * OpenSSL works in DER; told to translate itself it takes half as long again for a verification and twice as long for a
 * signature, so the translation is done here.
 */

const SEQUENCE = 0x30;
const INTEGER = 0x02;

/** Where the significant bytes of a number start. A zero keeps one byte. */
function skipZeros(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to - 1 && bytes[at] === 0) at++;
  return at;
}

/** DER of R || S. The shortest form, and every number positive. */
export function toDer(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  const r = skipZeros(raw, 0, half);
  const s = skipZeros(raw, half, raw.length);
  const rPad = (raw[r] as number) >> 7;
  const sPad = (raw[s] as number) >> 7;
  const rLength = half - r + rPad;
  const sLength = raw.length - s + sPad;
  // Two numbers of at most 49 bytes: the length always fits in seven bits.
  const der = Buffer.allocUnsafe(6 + rLength + sLength);
  der[0] = SEQUENCE;
  der[1] = 4 + rLength + sLength;
  writeInteger(der, 2, rLength, rPad, raw, r, half);
  writeInteger(der, 4 + rLength, sLength, sPad, raw, s, raw.length);
  return der;
}

function writeInteger(
  der: Uint8Array,
  at: number,
  length: number,
  pad: number,
  raw: Uint8Array,
  from: number,
  to: number,
): void {
  der[at] = INTEGER;
  der[at + 1] = length;
  if (pad === 1) der[at + 2] = 0;
  der.set(raw.subarray(from, to), at + 2 + pad);
}

/** R || S of a DER signature this process has just made, each half `half` bytes long. */
export function toRaw(der: Uint8Array, half: number): Buffer {
  const raw = Buffer.alloc(2 * half);
  const rLength = der[3] as number;
  copyInteger(der, 4, rLength, raw, half);
  copyInteger(der, 6 + rLength, der[5 + rLength] as number, raw, 2 * half);
  return raw;
}

function copyInteger(der: Uint8Array, from: number, length: number, raw: Buffer, end: number): void {
  const start = skipZeros(der, from, from + length);
  const to = from + length;
  raw.set(der.subarray(start, to), end - (to - start));
}

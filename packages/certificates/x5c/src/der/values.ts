import { Flaw } from '../flaw.ts';

/** A BOOLEAN that stands where FALSE is the default: DER leaves FALSE out and writes TRUE as 0xFF (X.690 section 11). */
export function readTrue(contents: Uint8Array): true {
  if (contents.length !== 1 || contents[0] !== 0xff) throw new Flaw('its DER has a BOOLEAN that is not TRUE');
  return true;
}

/** A non-negative INTEGER in its shortest form, without the byte that keeps it from being negative. */
export function readUnsigned(contents: Uint8Array): Uint8Array {
  const [first, second] = contents;
  if (first === undefined) throw new Flaw('its DER has an INTEGER without a value');
  if (first >= 0x80) throw new Flaw('its DER has a negative number');
  if (first !== 0 || second === undefined) return contents;
  if (second < 0x80) throw new Flaw('its DER has a number that is not in its shortest form');
  return contents.subarray(1);
}

/** A small non-negative INTEGER. */
export function readSmallNumber(contents: Uint8Array): number {
  const bytes = readUnsigned(contents);
  if (bytes.length > 2) throw new Flaw('its DER has a number out of range');
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}

/** A BIT STRING of whole bytes. */
export function readBytes(contents: Uint8Array): Uint8Array {
  if (contents[0] !== 0) throw new Flaw('its DER has a BIT STRING that does not end on a byte');
  return contents.subarray(1);
}

/** A BIT STRING of at most 16 named bits: bit 0 is the lowest. DER leaves zeros at the end out (X.690 section 11.2.2). */
export function readNamedBits(contents: Uint8Array): number {
  const [unused, low, high] = contents;
  const last = contents[contents.length - 1];
  if (unused === undefined || last === undefined || low === undefined || contents.length > 3) {
    throw new Flaw('its DER has a BIT STRING without a bit, or with too many');
  }
  if (unused > 7 || (last & -last) !== 1 << unused) {
    throw new Flaw('its DER has a BIT STRING that is not in its shortest form');
  }
  return mirror(low) | (mirror(high ?? 0) << 8);
}

function mirror(byte: number): number {
  let mirrored = 0;
  for (let bit = 0; bit < 8; bit++) if ((byte & (0x80 >> bit)) !== 0) mirrored |= 1 << bit;
  return mirrored;
}

/** An IA5String: ASCII without control characters. */
export function readAscii(contents: Uint8Array): string {
  for (const byte of contents) {
    if (byte < 0x20 || byte > 0x7e) throw new Flaw('it has a name with characters outside ASCII');
  }
  return keyOf(contents);
}

/** Tells whether two byte strings are the same. For public bytes: the time it takes tells where they differ. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

/** Bytes as text, one character each: a key of a `Map`. */
export function keyOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Writes DER. It shares nothing with the reader under test, and writes what it is told, right or wrong. */
type Bytes = Uint8Array;

function lengthOf(size: number): Bytes {
  if (size < 0x80) return Uint8Array.of(size);
  const bytes: number[] = [];
  for (let left = size; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256);
  return Uint8Array.of(0x80 | bytes.length, ...bytes);
}

export function tlv(tag: number, ...contents: readonly Bytes[]): Buffer {
  const inner = Buffer.concat(contents);
  return Buffer.concat([Uint8Array.of(tag), lengthOf(inner.length), inner]);
}

export const seq = (...parts: readonly Bytes[]): Buffer => tlv(0x30, ...parts);
export const set = (...parts: readonly Bytes[]): Buffer => tlv(0x31, ...parts);
export const octets = (...parts: readonly Bytes[]): Buffer => tlv(0x04, ...parts);
export const bits = (bytes: Bytes, unused = 0): Buffer => tlv(0x03, Uint8Array.of(unused), bytes);
export const integer = (...bytes: readonly number[]): Buffer => tlv(0x02, Uint8Array.from(bytes));
export const utf8 = (text: string): Buffer => tlv(0x0c, Buffer.from(text));
export const TRUE: Buffer = Buffer.from('0101ff', 'hex');
export const NULL: Buffer = Buffer.from('0500', 'hex');
/** `[number]` over a primitive value. */
export const implicit = (number: number, value: Bytes): Buffer => tlv(0x80 + number, value);
/** `[number]` over constructed values. */
export const explicit = (number: number, ...values: readonly Bytes[]): Buffer =>
  tlv(0xa0 + number, ...values);

export function oid(dotted: string): Buffer {
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  const bytes = [first * 40n + second, ...rest].flatMap((number) => {
    const septets = [Number(number & 0x7fn)];
    for (let left = number >> 7n; left > 0n; left >>= 7n) septets.unshift(Number(left & 0x7fn) | 0x80);
    return septets;
  });
  return tlv(0x06, Uint8Array.from(bytes));
}

/** A time as RFC 5280 section 4.1.2.5 has it. Seconds since 1970. */
export function time(seconds: number): Buffer {
  const text = `${new Date(seconds * 1000).toISOString().replace(/\D/g, '').slice(0, 14)}Z`;
  return text < '2050' ? tlv(0x17, Buffer.from(text.slice(2))) : tlv(0x18, Buffer.from(text));
}

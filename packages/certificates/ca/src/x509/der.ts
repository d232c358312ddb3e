import { AsnConvert } from '@peculiar/asn1-schema';

/** DER of a value that one of the ASN.1 classes describes. */
export function toDer(value: unknown): Uint8Array {
  return new Uint8Array(AsnConvert.serialize(value));
}

/**
 * Reads DER, and nothing else: what does not encode to the same bytes again was not DER, or held more than was read.
 * Undefined for anything but that.
 */
export function fromDer<T>(der: Uint8Array, type: new () => T): T | undefined {
  try {
    const value = AsnConvert.parse(der, type);
    return Buffer.compare(toDer(value), der) === 0 ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A view of bytes as the ASN.1 classes take them. */
export function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

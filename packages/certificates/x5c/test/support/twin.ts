import { type Built, pemOf } from './build.ts';
import { type Bytes, bits, seq, tlv } from './der.ts';

/** The orders of the curves (FIPS 186-5, SP 800-186). */
const ORDERS = {
  'P-256': 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  'P-384':
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
} as const;

export type Curve = keyof typeof ORDERS;

/** The elements that fill some bytes of DER, each with its tag and length. */
function elements(bytes: Bytes): Bytes[] {
  const found: Bytes[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at + 1] as number;
    const extra = first < 0x80 ? 0 : first - 0x80;
    const length = extra === 0 ? first : Buffer.from(bytes).readUIntBE(at + 2, extra);
    found.push(bytes.subarray(at, at + 2 + extra + length));
    at += 2 + extra + length;
  }
  return found;
}

const contents = (element: Bytes): Bytes => {
  const first = element[1] as number;
  return element.subarray(2 + (first < 0x80 ? 0 : first - 0x80));
};

function integerOf(number: bigint): Bytes {
  const text = number.toString(16);
  const bytes = Buffer.from(text.length % 2 === 0 ? text : `0${text}`, 'hex');
  return tlv(0x02, (bytes[0] as number) >= 0x80 ? Buffer.concat([Uint8Array.of(0), bytes]) : bytes);
}

/** The same certificate with other bytes for its signature. */
export function withSignature<C extends Pick<Built, 'der'>>(certificate: C, signature: Bytes): C {
  const [signed, algorithm] = elements(contents(certificate.der)) as [Bytes, Bytes];
  const der = seq(signed, algorithm, bits(signature));
  return { ...certificate, der, text: der.toString('base64'), pem: pemOf(der) };
}

function ecdsaOf({ der }: Pick<Built, 'der'>): { r: Bytes; s: bigint } {
  const [, , signature] = elements(contents(der)) as [Bytes, Bytes, Bytes];
  const [r, s] = elements(contents(contents(signature).subarray(1))) as [Bytes, Bytes];
  return { r, s: BigInt(`0x${Buffer.from(contents(s)).toString('hex')}`) };
}

/** The second number of the ECDSA signature of a certificate. */
export const sOf = (certificate: Pick<Built, 'der'>): bigint => ecdsaOf(certificate).s;

/**
 * What anyone can make of a certificate that was signed with ECDSA: the same certificate with the other signature, which is
 * as good: (r, n - s) for (r, s).
 * @param curve that of the key that signed it
 */
export function twinOf<C extends Pick<Built, 'der'>>(certificate: C, curve: Curve): C {
  const { r, s } = ecdsaOf(certificate);
  return withSignature(certificate, seq(r, integerOf(ORDERS[curve] - s)));
}

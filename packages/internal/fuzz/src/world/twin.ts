const ORDERS: Readonly<Record<number, bigint>> = {
  32: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  48: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
};

/** The order of the curve whose numbers have so many bytes. */
export const orderOf = (half: number): bigint => ORDERS[half] as bigint;

export const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x0${Buffer.from(bytes).toString('hex')}`);

export const bytesOfNumber = (number: bigint, length: number): Buffer =>
  Buffer.from(
    number
      .toString(16)
      .padStart(length * 2, '0')
      .slice(-length * 2),
    'hex',
  );

/** The other signature that ECDSA has for every signature: the same R, and n - S. */
export function twinOf(raw: Uint8Array): Buffer {
  const half = raw.length / 2;
  const s = orderOf(half) - numberOf(raw.subarray(half));
  return Buffer.concat([raw.subarray(0, half), bytesOfNumber(s, half)]);
}

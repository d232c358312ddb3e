import { createPublicKey, type KeyObject } from 'node:crypto';

const SEQUENCE = 0x30;
const BIT_STRING = 0x03;

// AlgorithmIdentifier of RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes (RFC 4055 sections 3.1 and 6).
const PS256 = Buffer.from(
  '304106092a864886f70d01010a3034a00f300d06096086480165030402010500' +
    'a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120',
  'hex',
);

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length =
    content.length < 0x80 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

/**
 * An RSA public key that can do nothing but verify PS256: hash, mask and length of the salt are part of the key. Told
 * the same with every call, OpenSSL takes half as long again. Undefined on a runtime without such keys.
 */
export function ps256Key(key: KeyObject): KeyObject | undefined {
  const numbers = key.export({ type: 'pkcs1', format: 'der' });
  const info = der(SEQUENCE, PS256, der(BIT_STRING, Buffer.of(0), numbers));
  try {
    return createPublicKey({ key: info, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

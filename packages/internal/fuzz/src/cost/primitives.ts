import { constants, createHmac, type KeyObject, type SigningOptions, verify } from 'node:crypto';
import type { Alg } from '../oracle/signature.ts';
import { pairKey, secretKey } from '../world/keys.ts';

/** One signature check, as cheap as it can be had: over so many bytes, and it holds. */
export type Check = () => void;

const OPTIONS: Readonly<Record<string, readonly [hash: string | null, options: SigningOptions]>> = {
  ES256: ['sha256', { dsaEncoding: 'ieee-p1363' }],
  ES384: ['sha384', { dsaEncoding: 'ieee-p1363' }],
  Ed25519: [null, {}],
  PS256: ['sha256', { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }],
};

/** A check with an algorithm. @param bytes how much is signed */
export function checkWith(alg: Alg, bytes: number): Check {
  const data = Buffer.alloc(bytes, 'x');
  if (alg === 'HS256') {
    const { secret } = secretKey('HS256', 'check');
    return () => createHmac('sha256', secret).update(data).digest('base64url');
  }
  const pair = pairKey(alg as 'ES256', alg === 'PS256' ? '0' : 'check');
  const signature = pair.sign(data);
  const [hash, options] = OPTIONS[alg] as readonly [string | null, SigningOptions];
  const key: KeyObject = pair.publicKey;
  return () => {
    if (!verify(hash, data, { key, ...options }, signature)) throw new Error('the signature does not hold');
  };
}

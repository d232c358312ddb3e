import { constants, createHmac, createPublicKey, type KeyObject, verify } from 'node:crypto';

/** The algorithms of the contract, as a verifier has to know them. */
export type Alg = 'HS256' | 'HS384' | 'HS512' | 'ES256' | 'ES384' | 'Ed25519' | 'PS256' | 'RS256';

/** Tells whether a signature holds over the signing input of a token. */
export type Holds = (input: string, signature: Uint8Array) => boolean;

const HMAC_HASH = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' } as const;
const ECDSA = { ES256: ['sha256', 64], ES384: ['sha384', 96] } as const;

/** The check under a shared secret. */
export function holdsUnderSecret(alg: keyof typeof HMAC_HASH, secret: Uint8Array): Holds {
  return (input, signature) =>
    createHmac(HMAC_HASH[alg], secret).update(input, 'latin1').digest().equals(signature);
}

/** The check under a public key. */
export function holdsUnderKey(alg: Exclude<Alg, keyof typeof HMAC_HASH>, key: KeyObject): Holds {
  if (alg === 'ES256' || alg === 'ES384') {
    const [hash, length] = ECDSA[alg];
    return (input, signature) =>
      signature.length === length &&
      verify(hash, Buffer.from(input, 'latin1'), { key, dsaEncoding: 'ieee-p1363' }, signature);
  }
  if (alg === 'Ed25519') {
    return (input, signature) =>
      signature.length === 64 && verify(null, Buffer.from(input, 'latin1'), key, signature);
  }
  const padding =
    alg === 'PS256'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
      : { padding: constants.RSA_PKCS1_PADDING };
  const length = Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
  return (input, signature) =>
    signature.length === length &&
    verify('sha256', Buffer.from(input, 'latin1'), { key, ...padding }, signature);
}

/** A public JWK as a key. */
export const keyOfJwk = (jwk: Readonly<Record<string, unknown>>): KeyObject =>
  createPublicKey({ key: jwk as never, format: 'jwk' });

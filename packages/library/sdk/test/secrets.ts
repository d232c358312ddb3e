import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** The text of a fresh secret. */
export function secret(bytes = 32): string {
  return randomBytes(bytes).toString('base64');
}

/** A fresh private key: PKCS#8 PEM, and as JWK text. */
export function privateKey(): { readonly pem: string; readonly jwk: string } {
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    pem: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
    jwk: JSON.stringify(key.export({ format: 'jwk' })),
  };
}

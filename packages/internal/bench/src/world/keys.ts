import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { AsymmetricKey, HmacKey } from '@workload-identity/core';

/** One key in the forms this project and the other libraries take. */
export interface AsymmetricWorld {
  readonly key: AsymmetricKey;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly privatePem: string;
  readonly publicPem: string;
}

const GENERATE = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  Ed25519: () => generateKeyPairSync('ed25519'),
} as const;

/** Makes a key pair. */
export function asymmetricWorld(algorithm: keyof typeof GENERATE): Promise<AsymmetricWorld> {
  return readAsymmetric(GENERATE[algorithm]().privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
}

/** Reads a key pair from a private key, PEM. */
export async function readAsymmetric(privatePem: string): Promise<AsymmetricWorld> {
  const publicKey = createPublicKey(privatePem);
  return {
    key: await AsymmetricKey.parse(privatePem),
    privateKey: createPrivateKey(privatePem),
    publicKey,
    privatePem,
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
}

/** A secret in the forms this project and the other libraries take. Its bytes are ASCII: one peer takes text alone. */
export interface SecretWorld {
  readonly key: HmacKey;
  readonly text: string;
  readonly bytes: Buffer;
  readonly keyObject: KeyObject;
}

/** Makes a shared secret of 32 bytes. */
export function secretWorld(): Promise<SecretWorld> {
  return readSecret(randomBytes(24).toString('base64url'));
}

/** Reads a secret from its bytes as text. */
export async function readSecret(text: string): Promise<SecretWorld> {
  const bytes = Buffer.from(text, 'latin1');
  return { key: await HmacKey.fromSecret(bytes), text, bytes, keyObject: createSecretKey(bytes) };
}

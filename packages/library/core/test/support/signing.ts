import {
  constants,
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  type SigningOptions,
  sign,
} from 'node:crypto';
import type { Algorithm, PublicJwk } from '@workload-identity/contract';
import { calculateJwkThumbprint } from 'jose';
import { ORDERS, STS } from './names.ts';

/** A key that signs tokens by the standards alone: `node:crypto` and jose, and nothing of the code under test. */
export interface Signing {
  readonly algorithm: Algorithm;
  readonly kid: string;
  /** What `iss` must be for the authority that holds the key. */
  readonly issuer: string;
  sign(input: string): Buffer;
}

/** A shared secret, and the text a reference to it leads to. */
export interface SecretSigning extends Signing {
  readonly algorithm: HmacAlgorithm;
  readonly secret: Buffer;
}

/** A key pair, and its public half as a bundle writes it. */
export interface PairSigning extends Signing {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: PublicJwk & { readonly alg: PairAlgorithm };
}

export type HmacAlgorithm = 'HS256' | 'HS384' | 'HS512';
export type PairAlgorithm = Exclude<Algorithm, HmacAlgorithm>;

const HASH_OF = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' } as const;
const SECRET_BYTES = { HS256: 32, HS384: 48, HS512: 64 } as const;

/** The identifier of an HMAC key, as the contract defines it. */
export function kidOfSecret(secret: Uint8Array): string {
  return createHmac('sha256', secret)
    .update('workload-identity/v1/kid')
    .digest()
    .subarray(0, 16)
    .toString('base64url');
}

export function secretSigning(algorithm: HmacAlgorithm = 'HS256', given?: Buffer): SecretSigning {
  const secret = given ?? randomBytes(SECRET_BYTES[algorithm]);
  return {
    algorithm,
    secret,
    kid: kidOfSecret(secret),
    issuer: ORDERS,
    sign: (input) => createHmac(HASH_OF[algorithm], secret).update(input).digest(),
  };
}

const GENERATE: Readonly<Record<PairAlgorithm, () => { publicKey: KeyObject; privateKey: KeyObject }>> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  Ed25519: () => generateKeyPairSync('ed25519'),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
};

const SCHEME_OF: Readonly<Record<PairAlgorithm, { hash: string | null; options: SigningOptions }>> = {
  ES256: { hash: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  ES384: { hash: 'sha384', options: { dsaEncoding: 'ieee-p1363' } },
  Ed25519: { hash: null, options: {} },
  PS256: { hash: 'sha256', options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } },
  RS256: { hash: 'sha256', options: { padding: constants.RSA_PKCS1_PADDING } },
};

/** Signs as an algorithm says, with whatever key. */
export function signAs(algorithm: PairAlgorithm, key: KeyObject, input: string): Buffer {
  const { hash, options } = SCHEME_OF[algorithm];
  return sign(hash, Buffer.from(input), { key, ...options });
}

export async function pairSigning(algorithm: PairAlgorithm): Promise<PairSigning> {
  const { publicKey, privateKey } = GENERATE[algorithm]();
  const jwk = { ...(publicKey.export({ format: 'jwk' }) as unknown as PublicJwk), alg: algorithm };
  return {
    algorithm,
    privateKey,
    publicKey,
    jwk,
    kid: await calculateJwkThumbprint(jwk),
    issuer: STS,
    sign: (input) => signAs(algorithm, privateKey, input),
  };
}

import {
  constants,
  createECDH,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  type SigningOptions,
  sign,
} from 'node:crypto';
import vectors from '@workload-identity/contract/vectors/v1/keys.json' with { type: 'json' };
import type { Alg } from '../oracle/signature.ts';
import { kidOfSecret, secretFor, thumbprintOf } from '../oracle/trust.ts';

/** A public key as a JWK writes it. */
export type Jwk = Readonly<Record<string, string>>;

/** A key that signs by `node:crypto` alone. */
export interface Key {
  readonly alg: Alg;
  readonly kid: string;
  sign(input: string | Uint8Array): Buffer;
}

/** A shared secret. */
export interface SecretKey extends Key {
  readonly secret: Buffer;
}

/** A key pair. */
export interface PairKey extends Key {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly spki: Buffer;
  /** The public half, as a bundle writes it. */
  readonly jwk: Jwk;
}

const bytesOf = (text: Uint8Array | string): Uint8Array =>
  typeof text === 'string' ? Buffer.from(text, 'latin1') : text;

/** The same secret in every run. */
export function secretKey(alg: 'HS256' | 'HS384' | 'HS512', label: string): SecretKey {
  const secret = createHash('sha512')
    .update(`fuzz secret ${label}`)
    .digest()
    .subarray(0, Number(alg.slice(2)) / 8);
  return secretKeyOf(alg, secret);
}

export function secretKeyOf(alg: 'HS256' | 'HS384' | 'HS512', secret: Buffer): SecretKey {
  const hash = `sha${alg.slice(2)}`;
  return {
    alg,
    secret,
    kid: kidOfSecret(secret),
    sign: (input) => createHmac(hash, secret).update(bytesOf(input)).digest(),
  };
}

/** The key derived from a secret for one audience. */
export const scopedKey = ({ secret }: SecretKey, audience: string): SecretKey =>
  secretKeyOf('HS256', secretFor(secret, audience));

function ecKey(curve: 'P-256' | 'P-384', label: string): KeyObject {
  const ecdh = createECDH(curve === 'P-256' ? 'prime256v1' : 'secp384r1');
  const d = createHash(curve === 'P-256' ? 'sha256' : 'sha384')
    .update(`fuzz key ${label}`)
    .digest();
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey();
  const half = (point.length - 1) / 2;
  const [x, y] = [point.subarray(1, 1 + half), point.subarray(1 + half)].map((one) =>
    one.toString('base64url'),
  );
  return createPrivateKey({
    format: 'jwk',
    key: { kty: 'EC', crv: curve, d: d.toString('base64url'), x, y } as never,
  });
}

function edKey(label: string): KeyObject {
  const seed = createHash('sha256').update(`fuzz key ${label}`).digest();
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

// RSA keys cannot be made from a label: these are those of the published test vectors.
function rsaKey(number: number): KeyObject {
  const keys = (vectors.keys as readonly { jwk: { kty: string; d?: string } }[])
    .map(({ jwk }) => jwk)
    .filter(({ kty, d }) => kty === 'RSA' && d !== undefined);
  return createPrivateKey({ format: 'jwk', key: keys[number % keys.length] as never });
}

const SCHEME: Readonly<Record<string, { hash: string | null; options: SigningOptions }>> = {
  ES256: { hash: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  ES384: { hash: 'sha384', options: { dsaEncoding: 'ieee-p1363' } },
  Ed25519: { hash: null, options: {} },
  PS256: { hash: 'sha256', options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } },
  RS256: { hash: 'sha256', options: { padding: constants.RSA_PKCS1_PADDING } },
};

/** The same key pair in every run. RSA keys are numbered and not labelled. */
export function pairKey(alg: Exclude<Alg, 'HS256' | 'HS384' | 'HS512'>, label: string): PairKey {
  const privateKey =
    alg === 'ES256'
      ? ecKey('P-256', label)
      : alg === 'ES384'
        ? ecKey('P-384', label)
        : alg === 'Ed25519'
          ? edKey(label)
          : rsaKey(Number(label));
  const publicKey = createPublicKey(privateKey);
  const jwk = { ...(publicKey.export({ format: 'jwk' }) as Jwk), alg };
  const { hash, options } = SCHEME[alg] as { hash: string | null; options: SigningOptions };
  return {
    alg,
    privateKey,
    publicKey,
    jwk,
    kid: thumbprintOf(jwk),
    spki: publicKey.export({ format: 'der', type: 'spki' }),
    sign: (input) => sign(hash, bytesOf(input), { key: privateKey, ...options }),
  };
}

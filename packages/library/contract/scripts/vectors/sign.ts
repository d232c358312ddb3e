import { constants, createHmac, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { VectorKey } from './keys.ts';

const HASH: Readonly<Record<string, string | null>> = {
  HS256: 'sha256',
  HS384: 'sha384',
  HS512: 'sha512',
  ES256: 'sha256',
  ES384: 'sha384',
  Ed25519: null,
  PS256: 'sha256',
  RS256: 'sha256',
};

const SCHEME: Readonly<Record<string, object>> = {
  ES256: { dsaEncoding: 'ieee-p1363' },
  ES384: { dsaEncoding: 'ieee-p1363' },
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
};

// Algorithms whose signatures differ each time: an earlier one is kept as long as it still verifies.
const RANDOM = new Set(['ES256', 'ES384', 'PS256']);
const known = new Map<string, string[]>();

/** Remembers the signatures of tokens. */
export function remember(tokens: readonly string[]): void {
  for (const token of tokens) {
    const dot = token.lastIndexOf('.');
    const input = token.slice(0, dot);
    known.set(input, [...(known.get(input) ?? []), token.slice(dot + 1)]);
  }
}

function verifies(input: string, key: VectorKey, signature: string, options: object): boolean {
  const publicKey = createPublicKey({ key: { ...key.jwk, d: undefined } as never, format: 'jwk' });
  const bytes = Buffer.from(signature, 'base64url');
  return verify(
    HASH[key.alg] ?? null,
    Buffer.from(input),
    { key: publicKey, ...SCHEME[key.alg], ...options },
    bytes,
  );
}

/** Signs with the algorithm of the key, or with others for a case that is about just that. */
export function signature(input: string, key: VectorKey, options: object = {}): Buffer {
  const hash = HASH[key.alg] ?? null;
  if (key.jwk.kty === 'oct') {
    return createHmac(hash as string, Buffer.from(key.jwk.k ?? '', 'base64url'))
      .update(input)
      .digest();
  }
  if (RANDOM.has(key.alg)) {
    const before = known.get(input)?.find((text) => verifies(input, key, text, options));
    if (before !== undefined) return Buffer.from(before, 'base64url');
  }
  const privateKey = createPrivateKey({ key: key.jwk as never, format: 'jwk' });
  return sign(hash, Buffer.from(input), { key: privateKey, ...SCHEME[key.alg], ...options });
}

export function encode(part: string | Uint8Array): string {
  return Buffer.from(part).toString('base64url');
}

/** The signing input of raw parts: whatever bytes they are. */
export function inputOf(header: string | Uint8Array, payload: string | Uint8Array): string {
  return `${encode(header)}.${encode(payload)}`;
}

/** A token of raw parts, correctly signed. */
export function tokenOf(header: string | Uint8Array, payload: string | Uint8Array, key: VectorKey): string {
  const input = inputOf(header, payload);
  return `${input}.${signature(input, key).toString('base64url')}`;
}

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** An ECDSA signature over P-256 with the higher of its two values of `s`. */
export function withHigherS(bytes: Buffer): Buffer {
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  const higher = s > P256_ORDER / 2n ? s : P256_ORDER - s;
  return Buffer.concat([bytes.subarray(0, 32), Buffer.from(higher.toString(16).padStart(64, '0'), 'hex')]);
}

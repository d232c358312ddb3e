import { constants, createHmac, type KeyObject, sign, verify } from 'node:crypto';

/** A token taken apart beforehand: a bare primitive is spared all work on text. */
export interface Parts {
  readonly input: Buffer;
  readonly signature: Buffer;
}

export function partsOf(token: string): Parts {
  const dot = token.lastIndexOf('.');
  return {
    input: Buffer.from(token.slice(0, dot), 'latin1'),
    signature: Buffer.from(token.slice(dot + 1), 'base64url'),
  };
}

/** The same with the signature, R || S of 64 bytes, in DER. By hand: a primitive is measured without any code of ours. */
export function inDer({ input, signature }: Parts): Parts {
  const number = (bytes: Buffer): Buffer => {
    const short = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
    const positive = (short[0] ?? 0) < 0x80 ? short : Buffer.concat([Buffer.of(0), short]);
    return Buffer.concat([Buffer.of(0x02, positive.length), positive]);
  };
  const numbers = Buffer.concat([number(signature.subarray(0, 32)), number(signature.subarray(32))]);
  return { input, signature: Buffer.concat([Buffer.of(0x30, numbers.length), numbers]) };
}

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };

type Scheme = { readonly hash: string | null; readonly options: object };

const SCHEMES = {
  ES256: { hash: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  'ES256 in DER': { hash: 'sha256', options: {} },
  PS256: { hash: 'sha256', options: PSS },
  EdDSA: { hash: null, options: {} },
} as const satisfies Record<string, Scheme>;

/** The signatures measured here. */
export type SchemeName = keyof typeof SCHEMES;

/** `crypto.verify` as a careful caller would use it on the signature of a token: options made once. */
export function bareVerify(scheme: SchemeName, key: KeyObject): (parts: Parts) => boolean {
  const { hash, options } = SCHEMES[scheme];
  const scheduled = { key, ...options };
  return ({ input, signature }) => verify(hash, input, scheduled, signature);
}

/** `crypto.verify` with a callback: on the thread pool. */
export function pooledVerify(scheme: SchemeName, key: KeyObject): (parts: Parts) => Promise<boolean> {
  const { hash, options } = SCHEMES[scheme];
  const scheduled = { key, ...options };
  return ({ input, signature }) =>
    new Promise((resolve, reject) => {
      verify(hash, input, scheduled, signature, (error, holds) => (error ? reject(error) : resolve(holds)));
    });
}

/** `crypto.sign` alone. */
export function bareSign(scheme: SchemeName, key: KeyObject): (input: Buffer) => Buffer {
  const { hash, options } = SCHEMES[scheme];
  const scheduled = { key, ...options };
  return (input) => sign(hash, input, scheduled);
}

/** HMAC-SHA-256 alone. */
export function bareHmac(key: KeyObject): (input: Buffer) => Buffer {
  return (input) => createHmac('sha256', key).update(input).digest();
}

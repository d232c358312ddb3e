import {
  constants,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
  type SigningOptions,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { ALGORITHMS, type Algorithm, type AlgorithmEntry } from '@workload-identity/contract';
import type { Engine, EngineKey, PrivateJwk } from './engine.ts';
import { keyInvalid } from './key-invalid.ts';

/** What `node:crypto` takes for one key, put together once. */
interface Handle {
  readonly key: KeyObject;
  readonly hash: string | null;
  readonly options: { readonly key: KeyObject } & SigningOptions;
}

const CURVES: Readonly<Record<string, string>> = { 'P-256': 'prime256v1', 'P-384': 'secp384r1' };

function handleFor(algorithm: Algorithm, key: KeyObject): EngineKey {
  const entry = ALGORITHMS[algorithm];
  const scheme =
    algorithm === 'PS256'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : entry.kty === 'EC'
        ? { dsaEncoding: 'ieee-p1363' as const }
        : {};
  const handle: Handle = { key, hash: entry.hash ?? null, options: { key, ...scheme } };
  return Object.freeze({ algorithm, handle });
}

function checkFit(entry: AlgorithmEntry, key: KeyObject): void {
  const details = key.asymmetricKeyDetails;
  if (entry.kty === 'RSA') {
    const bits = details?.modulusLength ?? 0;
    if (key.asymmetricKeyType !== 'rsa' || bits < 2048 || bits > 8192)
      throw keyInvalid('an RSA key of 2048 to 8192 bits');
    return;
  }
  const fits =
    entry.kty === 'EC'
      ? key.asymmetricKeyType === 'ec' && details?.namedCurve === CURVES[entry.crv ?? '']
      : key.asymmetricKeyType === 'ed25519';
  if (!fits) throw keyInvalid(`a key on ${entry.crv}`);
}

function asymmetric(algorithm: Algorithm, make: () => KeyObject): EngineKey {
  const entry = ALGORITHMS[algorithm];
  if (entry.rung !== 'asymmetric') throw keyInvalid('an asymmetric key', 'the algorithm is symmetric');
  let key: KeyObject;
  try {
    key = make();
  } catch (cause) {
    // The cause of a parser may quote what it was given: only its code is kept.
    throw keyInvalid(`a key for ${algorithm}`, (cause as { code?: string }).code);
  }
  checkFit(entry, key);
  return handleFor(algorithm, key);
}

const GENERATE: Readonly<Record<string, () => KeyObject>> = {
  EC256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  EC384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
  OKP: () => generateKeyPairSync('ed25519').privateKey,
  RSA: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
};

function signer(key: EngineKey, header: Readonly<Record<string, unknown>>): (payload: string) => string {
  const { key: keyObject, hash, options } = key.handle as Handle;
  const prefix = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.`;
  const signature =
    ALGORITHMS[key.algorithm].rung === 'symmetric'
      ? (input: string) =>
          createHmac(hash as string, keyObject)
            .update(input, 'latin1')
            .digest('base64url')
      : (input: string) => sign(hash, Buffer.from(input, 'latin1'), options).toString('base64url');
  return (payload) => {
    const input = prefix + Buffer.from(payload).toString('base64url');
    return `${input}.${signature(input)}`;
  };
}

function verifyToken(key: EngineKey, token: string, signingInputLength: number): boolean {
  const { key: keyObject, hash, options } = key.handle as Handle;
  const input = token.slice(0, signingInputLength);
  const signature = Buffer.from(token.slice(signingInputLength + 1), 'base64url');
  const { rung, signatureBytes } = ALGORITHMS[key.algorithm];
  if (signatureBytes !== undefined && signature.length !== signatureBytes) return false;
  if (rung === 'symmetric') {
    return timingSafeEqual(
      createHmac(hash as string, keyObject)
        .update(input, 'latin1')
        .digest(),
      signature,
    );
  }
  return verify(hash, Buffer.from(input, 'latin1'), options, signature);
}

/** The engine on Node: `node:crypto`, synchronous, keys and options prepared once. */
export const engine: Engine = {
  importSecret(algorithm, secret) {
    const minimum = ALGORITHMS[algorithm].minSecretBytes;
    if (minimum === undefined) throw keyInvalid('a secret', 'the algorithm is asymmetric');
    if (secret.length < minimum) throw keyInvalid(`a secret of at least ${minimum} bytes`);
    return handleFor(algorithm, createSecretKey(secret));
  },
  importPublicKey: (algorithm, jwk) =>
    asymmetric(algorithm, () => createPublicKey({ key: { ...jwk }, format: 'jwk' })),
  importPrivateKey: (algorithm, jwk) =>
    asymmetric(algorithm, () => createPrivateKey({ key: { ...jwk }, format: 'jwk' })),
  readPrivatePem: (pem) => {
    try {
      return createPrivateKey(pem).export({ format: 'jwk' }) as PrivateJwk;
    } catch (cause) {
      throw keyInvalid('an unencrypted PKCS#8 PEM', (cause as { code?: string }).code);
    }
  },
  generatePrivateKey(algorithm) {
    const { kty, crv, rung } = ALGORITHMS[algorithm];
    if (rung !== 'asymmetric') throw keyInvalid('an asymmetric algorithm');
    const make = GENERATE[kty === 'EC' ? `EC${crv === 'P-256' ? '256' : '384'}` : kty] as () => KeyObject;
    return make().export({ format: 'jwk' }) as PrivateJwk;
  },
  signer,
  verify: verifyToken,
  sha256: (data) => createHash('sha256').update(data).digest(),
  hmacSha256: (secret, data) => createHmac('sha256', secret).update(data).digest(),
  hkdfSha256: (secret, info, length) =>
    new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), info, length)),
  randomBytes: (length) => randomBytes(length),
};

import { ALGORITHMS, type Algorithm } from '@workload-identity/contract';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, importPKCS8, type JWK } from 'jose';
import { checkPublicJwk } from './check-public-jwk.ts';
import type { Engine, EngineKey, PrivateJwk } from './engine.ts';
import { keyInvalid } from './key-invalid.ts';
import { SealedKey } from './sealed-key.ts';

/** The name of a hash as WebCrypto writes it. */
const HASHES = { sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' } as const;
/** One algorithm to mint with for every kind of key: a PEM does not name its own. */
const CANDIDATES = (Object.keys(ALGORITHMS) as Algorithm[]).filter(
  (name) => ALGORITHMS[name].keyKind === 'asymmetric' && ALGORITHMS[name].mint,
);

/** The WebCrypto key behind an {@link EngineKey} of this engine. */
export function cryptoKeyOf(key: EngineKey): CryptoKey {
  return SealedKey.open<CryptoKey>(key);
}

function handleFor(algorithm: Algorithm, key: CryptoKey): EngineKey {
  const bits = (key.algorithm as { modulusLength?: number }).modulusLength;
  if (bits !== undefined && !(bits >= 2048 && bits <= 8192))
    throw keyInvalid('an RSA key of 2048 to 8192 bits');
  return new SealedKey(algorithm, key);
}

async function importKey(algorithm: Algorithm, jwk: JWK, type: 'public' | 'private'): Promise<EngineKey> {
  const entry = ALGORITHMS[algorithm];
  if (entry.keyKind !== 'asymmetric') throw keyInvalid('an asymmetric key', 'the algorithm is symmetric');
  if (jwk.kty !== entry.kty || jwk.crv !== entry.crv) throw keyInvalid(`a key on ${entry.crv ?? entry.kty}`);
  // What the key is used for was checked before; only its numbers count here.
  const { kty, crv, x, y, n, e, d, p, q, dp, dq, qi } = jwk;
  const numbers =
    type === 'public' ? { kty, crv, x, y, n, e } : { kty, crv, x, y, n, e, d, p, q, dp, dq, qi };
  const given = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined));
  let key: CryptoKey | Uint8Array;
  try {
    key = await importJWK(given, algorithm, { extractable: type === 'public' });
  } catch {
    // What the runtime says may quote what it was given.
    throw keyInvalid(`a key for ${algorithm}`);
  }
  if (key instanceof Uint8Array || key.type !== type) throw keyInvalid(`a ${type} key for ${algorithm}`);
  return handleFor(algorithm, key);
}

async function readPrivatePem(pem: string): Promise<PrivateJwk> {
  for (const algorithm of CANDIDATES) {
    try {
      return (await exportJWK(await importPKCS8(pem, algorithm, { extractable: true }))) as PrivateJwk;
    } catch {
      // A key of another kind: the next candidate.
    }
  }
  throw keyInvalid('an unencrypted PKCS#8 PEM');
}

/** The keys of the engine on WebCrypto: imported once, checked against their algorithm. */
export const webKeys: Pick<
  Engine,
  | 'importSecret'
  | 'importPublicKey'
  | 'importPrivateKey'
  | 'adoptPrivateKey'
  | 'readPrivatePem'
  | 'generatePrivateKey'
> = {
  async importSecret(algorithm, secret) {
    const { minSecretBytes: minimum, hash } = ALGORITHMS[algorithm];
    if (minimum === undefined || hash === undefined)
      throw keyInvalid('a secret', 'the algorithm is asymmetric');
    if (secret.length < minimum) throw keyInvalid(`a secret of at least ${minimum} bytes`);
    const parameters = { name: 'HMAC', hash: HASHES[hash] };
    const bytes = Uint8Array.from(secret);
    return handleFor(
      algorithm,
      await crypto.subtle.importKey('raw', bytes, parameters, false, ['sign', 'verify']),
    );
  },
  async importPublicKey(algorithm, jwk) {
    checkPublicJwk(jwk);
    return importKey(algorithm, jwk as JWK, 'public');
  },
  importPrivateKey: (algorithm, jwk) => importKey(algorithm, jwk as JWK, 'private'),
  async adoptPrivateKey(algorithm, key) {
    const { kty, crv, keyKind } = ALGORITHMS[algorithm];
    const given = key as CryptoKey | undefined;
    const { namedCurve, name } = (given?.algorithm ?? {}) as { namedCurve?: string; name?: string };
    const fits =
      given?.type === 'private' &&
      keyKind === 'asymmetric' &&
      (kty === 'RSA' ? name === 'RSA-PSS' : (namedCurve ?? name) === crv);
    if (!fits) throw keyInvalid(`a private CryptoKey for ${algorithm}`);
    return handleFor(algorithm, given);
  },
  readPrivatePem,
  async generatePrivateKey(algorithm) {
    if (!CANDIDATES.includes(algorithm)) throw keyInvalid('an asymmetric algorithm');
    const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
    return (await exportJWK(privateKey)) as PrivateJwk;
  },
};

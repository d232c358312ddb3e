import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type JsonWebKeyInput,
  KeyObject,
} from 'node:crypto';
import { ALGORITHMS, type Algorithm, type AlgorithmEntry, type PublicJwk } from '@workload-identity/contract';
import { bareCopy } from '../options.ts';
import { checkPublicJwk } from './check-public-jwk.ts';
import type { Engine, EngineKey, PrivateJwk } from './engine.ts';
import { keyInvalid } from './key-invalid.ts';
import { type Mac, macUnder } from './mac.ts';
import { schemeKey } from './scheme-key.ts';
import { SealedKey } from './sealed-key.ts';

/** What `node:crypto` takes for one key, put together once. */
export interface NodeHandle {
  /** Carries the options of its algorithm. */
  readonly key: KeyObject;
  readonly hash: string | null;
  readonly signatureBytes: number | undefined;
  readonly kind: AlgorithmEntry['kty'];
  /** For a secret. A closure: nothing that prints this object shows what it holds. */
  readonly mac: Mac | undefined;
}

const CURVES: Readonly<Record<string, string>> = { 'P-256': 'prime256v1', 'P-384': 'secp384r1' };

function handleFor(algorithm: Algorithm, given: KeyObject): EngineKey {
  const { hash = null, signatureBytes, kty: kind } = ALGORITHMS[algorithm];
  const key = schemeKey(algorithm, given);
  const mac = kind === 'oct' && hash !== null ? macUnder(hash, key) : undefined;
  return new SealedKey<NodeHandle>(algorithm, { key, hash, signatureBytes, kind, mac });
}

/** A JWK as `node:crypto` takes it, which looks for `d` in each of them: own members alone. */
function jwkInput(jwk: PublicJwk | PrivateJwk): JsonWebKeyInput {
  return bareCopy({ key: bareCopy({ ...jwk }), format: 'jwk' as const });
}

function checkFit(entry: AlgorithmEntry, key: KeyObject): void {
  const details = key.asymmetricKeyDetails;
  if (entry.kty === 'RSA') {
    const bits = details?.modulusLength ?? 0;
    const fits = key.asymmetricKeyType === 'rsa' && bits >= 2048 && bits <= 8192;
    if (!fits) throw keyInvalid('an RSA key of 2048 to 8192 bits');
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
  if (entry.keyKind !== 'asymmetric') throw keyInvalid('an asymmetric key', 'the algorithm is symmetric');
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
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  'P-384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
  Ed25519: () => generateKeyPairSync('ed25519').privateKey,
  RSA: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
};

/** The keys of the engine on Node: imported once, checked against their algorithm. */
export const nodeKeys: Pick<
  Engine,
  | 'importSecret'
  | 'importPublicKey'
  | 'importPrivateKey'
  | 'adoptPrivateKey'
  | 'readPrivatePem'
  | 'generatePrivateKey'
> = {
  importSecret(algorithm, secret) {
    const minimum = ALGORITHMS[algorithm].minSecretBytes;
    if (minimum === undefined) throw keyInvalid('a secret', 'the algorithm is asymmetric');
    if (secret.length < minimum) throw keyInvalid(`a secret of at least ${minimum} bytes`);
    return handleFor(algorithm, createSecretKey(secret));
  },
  importPublicKey(algorithm, jwk) {
    checkPublicJwk(jwk);
    return asymmetric(algorithm, () => createPublicKey(jwkInput(jwk)));
  },
  importPrivateKey: (algorithm, jwk) => asymmetric(algorithm, () => createPrivateKey(jwkInput(jwk))),
  adoptPrivateKey: (algorithm, key) =>
    asymmetric(algorithm, () => {
      // A copy: the caller's object stays as it is.
      if (key instanceof KeyObject && key.type === 'private') return structuredClone(key);
      throw new TypeError('a private KeyObject was expected');
    }),
  readPrivatePem(pem) {
    try {
      return createPrivateKey(pem).export({ format: 'jwk' }) as PrivateJwk;
    } catch (cause) {
      throw keyInvalid('an unencrypted PKCS#8 PEM', (cause as { code?: string }).code);
    }
  },
  generatePrivateKey(algorithm) {
    const { kty, crv } = ALGORITHMS[algorithm];
    const make = GENERATE[crv ?? kty];
    if (make === undefined) throw keyInvalid('an asymmetric algorithm');
    return make().export({ format: 'jwk' }) as PrivateJwk;
  },
};

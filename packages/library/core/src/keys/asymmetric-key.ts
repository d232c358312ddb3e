import {
  ALGORITHMS,
  type Algorithm,
  algorithmOf,
  CONTRACT,
  type PublicJwk,
} from '@workload-identity/contract';
import { engine } from '#engine';
import type { EngineKey, PrivateJwk } from '../engine/engine.ts';
import { keyInvalid } from '../engine/key-invalid.ts';
import { parseStrictJson } from '../jws/strict-json.ts';
import type { Signer } from './signer.ts';
import { thumbprint } from './thumbprint.ts';

/** An algorithm a minter of the `asymmetric` rung signs with. */
export type AsymmetricAlgorithm = 'ES256' | 'ES384' | 'Ed25519' | 'PS256';

/** A public key as a trust bundle writes it: always with its one algorithm. */
export type AuthorityJwk = PublicJwk & { readonly alg: AsymmetricAlgorithm };

// Exactly one block: of two keys in one file nobody could tell which one signs.
const PKCS8 = /^-----BEGIN PRIVATE KEY-----[A-Za-z0-9+/=\s]+-----END PRIVATE KEY-----$/;
const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const;

/** The one algorithm of a key: the contract has exactly one to mint with for every kind of key. */
function algorithmFor(jwk: PublicJwk): AsymmetricAlgorithm {
  for (const [name, entry] of Object.entries(ALGORITHMS)) {
    const fits =
      entry.mint && entry.keyKind === 'asymmetric' && entry.kty === jwk.kty && entry.crv === jwk.crv;
    if (fits) return name as AsymmetricAlgorithm;
  }
  throw keyInvalid('a key on P-256, P-384 or Ed25519, or an RSA key');
}

function publicPart(jwk: PublicJwk, algorithm: AsymmetricAlgorithm): AuthorityJwk {
  const members = PUBLIC_MEMBERS.filter((name) => jwk[name] !== undefined).map((name) => [name, jwk[name]]);
  return Object.freeze({ ...Object.fromEntries(members), alg: algorithm, use: 'sig' });
}

function checkUse(jwk: Record<string, unknown>, algorithm: Algorithm): void {
  // `EdDSA` is what most tools still write for Ed25519 (RFC 9864).
  if (jwk.alg !== undefined && !(typeof jwk.alg === 'string' && algorithmOf(jwk.alg) === algorithm)) {
    throw keyInvalid(`a key whose \`alg\` is ${algorithm}`);
  }
  if (jwk.use !== undefined && jwk.use !== 'sig') throw keyInvalid('a key whose `use` is `sig`');
  const operations = jwk.key_ops;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('sign'))) {
    throw keyInvalid('a key whose `key_ops` allow `sign`');
  }
}

/** A JWK spells out both halves: published must be the half that verifies what the other one signs. */
async function checkHalves(key: EngineKey, publicJwk: AuthorityJwk): Promise<void> {
  const token = await engine.signer(key, { alg: publicJwk.alg })('{}');
  const published = await engine.importPublicKey(publicJwk.alg, publicJwk);
  if (!(await engine.verify(published, token, token.lastIndexOf('.')))) {
    throw keyInvalid('a private key', 'its public part belongs to another key');
  }
}

/** A private key of the `asymmetric` rung. It never leaves this object; its public half is {@link publicJwk}. */
export class AsymmetricKey implements Signer {
  readonly rung = 'asymmetric';
  readonly algorithm: AsymmetricAlgorithm;
  readonly keyId: string;
  readonly publicJwk: AuthorityJwk;
  readonly #sign: Signer['sign'];

  private constructor(key: EngineKey, publicJwk: AuthorityJwk, keyId: string) {
    this.algorithm = publicJwk.alg;
    this.keyId = keyId;
    this.publicJwk = publicJwk;
    this.#sign = engine.signer(key, { alg: this.algorithm, typ: CONTRACT.type, kid: keyId });
  }

  /**
   * Reads a private key: an unencrypted PKCS#8 PEM, or a private JWK as JSON. The kind of key decides the algorithm:
   * P-256 ES256, P-384 ES384, Ed25519 Ed25519, RSA PS256.
   * @throws WorkloadIdentityError `key_invalid`
   */
  static async parse(text: string): Promise<AsymmetricKey> {
    const trimmed = typeof text === 'string' ? text.trim() : '';
    if (PKCS8.test(trimmed)) {
      return AsymmetricKey.fromJwk(await engine.readPrivatePem(trimmed));
    }
    const jwk = trimmed.startsWith('{') ? parseStrictJson(trimmed) : undefined;
    if (jwk === undefined) throw keyInvalid('a private key as unencrypted PKCS#8 PEM or as JWK');
    return AsymmetricKey.fromJwk(jwk as PrivateJwk);
  }

  /** Reads a private key from a parsed JWK. @throws WorkloadIdentityError `key_invalid` */
  static async fromJwk(jwk: PrivateJwk): Promise<AsymmetricKey> {
    if (typeof jwk?.d !== 'string') throw keyInvalid('a private key', 'this one has no private part');
    const algorithm = algorithmFor(jwk);
    checkUse(jwk, algorithm);
    const publicJwk = publicPart(jwk, algorithm);
    const key = await engine.importPrivateKey(algorithm, jwk);
    await checkHalves(key, publicJwk);
    return new AsymmetricKey(key, publicJwk, await thumbprint(publicJwk));
  }

  /** Makes a new key in memory. For RSA, 2048 bits. */
  static async generate(algorithm: AsymmetricAlgorithm = 'ES256'): Promise<AsymmetricKey> {
    return AsymmetricKey.fromJwk(await engine.generatePrivateKey(algorithm));
  }

  sign(payload: string): ReturnType<Signer['sign']> {
    return this.#sign(payload);
  }
}

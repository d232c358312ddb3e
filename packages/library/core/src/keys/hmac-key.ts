import { CONTRACT, WorkloadIdentityError } from '@workload-identity/contract';
import { isAudience } from '@workload-identity/contract/identifiers';
import { engine } from '#engine';
import type { EngineKey } from '../engine/engine.ts';
import { toBase64url } from '../jws/base64url.ts';
import { checkSecret, parseSecret } from './secret.ts';
import type { Signer } from './signer.ts';

/** An algorithm of the `hmac` rung. */
export type HmacAlgorithm = 'HS256' | 'HS384' | 'HS512';

const MAX_DERIVED = 1_024;
const utf8 = new TextEncoder();

/**
 * A key of the `hmac` rung: a shared secret, or the key derived from one for a single audience. Its bytes never leave it.
 */
export class HmacKey implements Signer {
  readonly rung = 'hmac';
  readonly algorithm: HmacAlgorithm;
  readonly keyId: string;
  /** The one audience this key was derived for; undefined for a shared key. */
  readonly audience: string | undefined;
  readonly #secret: Uint8Array;
  readonly #key: EngineKey;
  readonly #sign: Signer['sign'];
  readonly #derived = new Map<string, Promise<HmacKey>>();

  private constructor(secret: Uint8Array, key: EngineKey, keyId: string, audience: string | undefined) {
    this.algorithm = key.algorithm as HmacAlgorithm;
    this.keyId = keyId;
    this.audience = audience;
    this.#secret = secret;
    this.#key = key;
    this.#sign = engine.signer(key, { alg: this.algorithm, typ: CONTRACT.type, kid: keyId });
  }

  /**
   * Makes a key from its bytes.
   * @param secret 32 random bytes or more; 48 for HS384, 64 for HS512
   * @param audience when the bytes are the key derived for one audience: that audience
   * @throws WorkloadIdentityError `key_invalid`
   */
  static async fromSecret(
    secret: Uint8Array,
    algorithm: HmacAlgorithm = 'HS256',
    audience?: string,
  ): Promise<HmacKey> {
    if (audience !== undefined && !isAudience(audience)) throw new TypeError('`audience` is not an audience');
    const own = Uint8Array.from(checkSecret(secret));
    const label = utf8.encode(CONTRACT.keyIdLabel);
    const keyId = toBase64url((await engine.hmacSha256(own, label)).subarray(0, 16));
    return new HmacKey(own, await engine.importSecret(algorithm, own), keyId, audience);
  }

  /**
   * Makes a key from the text of a secret: base64 or base64url.
   * @throws WorkloadIdentityError `key_invalid`
   */
  static async parse(text: string, algorithm: HmacAlgorithm = 'HS256', audience?: string): Promise<HmacKey> {
    return HmacKey.fromSecret(parseSecret(text), algorithm, audience);
  }

  /**
   * Derives the key for one audience with HKDF-SHA-256. Who holds only the derived key can verify what is meant for that
   * audience, and forge nothing for anyone else. Derived keys sign with HS256: they are 32 bytes long.
   */
  async forAudience(audience: string): Promise<HmacKey> {
    if (!isAudience(audience)) throw new TypeError('`audience` is not an audience');
    if (this.audience !== undefined) {
      if (this.audience === audience) return this;
      throw new WorkloadIdentityError('key_invalid', { detail: 'this key was derived for another audience' });
    }
    const known = this.#derived.get(audience);
    if (known !== undefined) return known;
    if (this.#derived.size >= MAX_DERIVED) this.#derived.clear();
    const derived = this.#derive(audience);
    this.#derived.set(audience, derived);
    return derived;
  }

  async #derive(audience: string): Promise<HmacKey> {
    const info = utf8.encode(`${CONTRACT.audienceKeyLabel}\0${audience}`);
    return HmacKey.fromSecret(await engine.hkdfSha256(this.#secret, info, 32), 'HS256', audience);
  }

  /** The bytes of a derived key, as base64url, to hand to the one verifier it is for. Refused for a shared key. */
  exportForVerifier(): string {
    if (this.audience === undefined) throw new TypeError('only a key derived for one audience is handed out');
    return toBase64url(this.#secret);
  }

  /** What a trust bundle verifies with. */
  get verificationKey(): EngineKey {
    return this.#key;
  }

  sign(payload: string): ReturnType<Signer['sign']> {
    return this.#sign(payload);
  }
}

import type { CaKey, CaPublicKey } from '@workload-identity/ca';
import { WorkloadIdentityError } from '@workload-identity/contract';
import { checkCustody } from './custody.ts';
import { explain, isPinRefused } from './explain.ts';
import { isLost } from './failure-code.ts';
import { findKeyPair, readPublicKey, type TokenPublicKey } from './key-pair.ts';
import { openModule, type Pkcs11Module } from './module.ts';
import {
  copyOptions,
  type KeySettings,
  nameOf,
  type Pkcs11CaKeyOptions,
  readKeyOptions,
  readTokenOptions,
  type TokenSettings,
} from './options.ts';
import { signWith } from './signature.ts';
import { closeToken, openToken, readPin, type Token } from './token.ts';

interface OpenKey {
  readonly token: Token;
  readonly privateKey: Buffer;
  readonly publicKey: TokenPublicKey;
}

class Pkcs11CaKey implements CaKey {
  readonly name: string;
  readonly #settings: TokenSettings;
  readonly #key: KeySettings;
  readonly #options: Pkcs11CaKeyOptions;
  #module: Pkcs11Module | undefined;
  #open: OpenKey | undefined;
  #pinned: TokenPublicKey | undefined;
  #pinRefused: WorkloadIdentityError | undefined;
  #closed = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(given: Pkcs11CaKeyOptions) {
    const options = copyOptions(given);
    this.#settings = readTokenOptions(options, ['allowExtractableKey']);
    this.#key = readKeyOptions(options);
    this.#options = options;
    this.name = nameOf(options);
  }

  async publicKey(): Promise<CaPublicKey> {
    const { spki, curve } = this.#pinned ?? (await this.#use(({ publicKey }) => publicKey));
    return { spki: Uint8Array.from(spki), algorithm: curve.algorithm };
  }

  async sign(tbs: Uint8Array): Promise<Uint8Array> {
    if (!(tbs instanceof Uint8Array) || tbs.length === 0) throw new TypeError('sign needs bytes');
    const message = Uint8Array.from(tbs);
    return this.#use(({ token, privateKey, publicKey }) =>
      signWith(token, this.name, privateKey, publicKey, message),
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#alone(async () => {
      this.#drop();
      this.#module?.release();
      this.#module = undefined;
    });
  }

  /** One after the other: a session does one thing at a time. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  #use<T>(work: (key: OpenKey) => T): Promise<T> {
    return this.#alone(async () => {
      if (this.#closed) throw new WorkloadIdentityError('closed');
      if (this.#pinRefused !== undefined) throw this.#pinRefused;
      try {
        return await this.#persist(work);
      } catch (thrown) {
        this.#drop();
        const error = explain(this.name, thrown);
        if (isPinRefused(thrown)) this.#pinRefused = error;
        throw error;
      }
    });
  }

  /** A session that was lost is opened again; if that does not help, the module is started again. */
  async #persist<T>(work: (key: OpenKey) => T): Promise<T> {
    try {
      return work(await this.#opened());
    } catch (error) {
      if (!isLost(error)) throw error;
      this.#drop();
    }
    try {
      return work(await this.#opened());
    } catch (error) {
      if (!isLost(error) || this.#module?.restart() !== true) throw error;
      this.#drop();
    }
    return work(await this.#opened());
  }

  async #opened(): Promise<OpenKey> {
    if (this.#open !== undefined) return this.#open;
    this.#module ??= await openModule(this.#settings.module);
    const pin = await readPin(this.#settings);
    const token = openToken(this.#module, this.#settings, pin);
    try {
      this.#open = this.#find(token);
      return this.#open;
    } catch (error) {
      closeToken(token);
      throw error;
    }
  }

  #find(token: Token): OpenKey {
    const { privateKey, publicKey: object } = findKeyPair(token, this.name, this.#key);
    checkCustody(token, this.name, privateKey, this.#options.allowExtractableKey === true);
    const publicKey = readPublicKey(token, this.name, object);
    const { algorithm = publicKey.curve.algorithm } = this.#options;
    if (algorithm !== publicKey.curve.algorithm) {
      throw new WorkloadIdentityError('key_invalid', {
        detail: `${this.name} is for ${publicKey.curve.algorithm}, and ${algorithm} is configured`,
      });
    }
    this.#pinned ??= publicKey;
    if (!this.#pinned.key.equals(publicKey.key)) {
      throw new WorkloadIdentityError('key_invalid', {
        detail: `${this.name} is another key than when it was first used. If that is a rotation, publish the anchor of the new key, then open the key again: the sdk does so by itself, anything else by a restart`,
      });
    }
    return { token, privateKey, publicKey };
  }

  #drop(): void {
    if (this.#open !== undefined) closeToken(this.#open.token);
    this.#open = undefined;
  }
}

/**
 * The CA key in an HSM, through PKCS#11: an EC key pair on P-256 or P-384 whose private half cannot leave the token. Every
 * signature is verified here before it is used. A session that was lost is opened again.
 *
 * PKCS#11 calls block the thread while they last. There is one signature for each certificate, none for a token.
 *
 * Constructing it does no I/O. Its methods throw `WorkloadIdentityError`: `authority_unavailable` while the token cannot be
 * used, `config_invalid` when the module cannot be loaded or the token refuses the PIN (which is then not tried again),
 * `secret_unavailable` when there is no PIN where its reference points, `key_invalid` when there is no such key or it is not
 * the token's alone, `closed`.
 * @throws TypeError when an option is misused
 */
export function pkcs11CaKey(options: Pkcs11CaKeyOptions): CaKey {
  return new Pkcs11CaKey(options);
}

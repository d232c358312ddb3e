import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import type { CaKey, CaPublicKey } from '@workload-identity/ca';
import { WorkloadIdentityError } from '@workload-identity/contract';
import { createClient, withinBudget } from './client.ts';
import { explain } from './explain.ts';
import { type KmsCaKeyOptions, readOptions, type Settings } from './options.ts';
import { bareId, type PinnedKey, pinPublicKey } from './public-key.ts';

/** What KMS signs as it is. */
const MAX_MESSAGE = 4096;

class AwsKmsCaKey implements CaKey {
  readonly name: string;
  readonly #settings: Settings;
  readonly #client: KMSClient;
  #pinned: Promise<PinnedKey> | undefined;
  #closed = false;

  constructor(settings: Settings) {
    this.name = `kms ${settings.keyId}`;
    this.#settings = settings;
    this.#client = settings.client ?? createClient(settings);
  }

  async publicKey(): Promise<CaPublicKey> {
    const { spec, spki } = await this.#pin();
    return { spki: spki.slice(), algorithm: spec.algorithm };
  }

  async sign(tbs: Uint8Array): Promise<Uint8Array> {
    if (!(tbs instanceof Uint8Array) || tbs.length === 0) throw new TypeError('sign needs bytes');
    if (tbs.length > MAX_MESSAGE) {
      throw new WorkloadIdentityError('issuance_refused', {
        detail: `KMS signs at most ${MAX_MESSAGE} bytes and the certificate has ${tbs.length}; shorten its names`,
      });
    }
    const message = Uint8Array.from(tbs);
    const pinned = await this.#pin();
    const command = new SignCommand({
      KeyId: this.#settings.keyId,
      Message: message,
      MessageType: 'RAW',
      SigningAlgorithm: pinned.spec.signingAlgorithm,
    });
    const answer = await this.#call('kms:Sign', (abortSignal) => this.#client.send(command, { abortSignal }));
    return this.#checked(pinned, message, answer.Signature, answer.KeyId);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#settings.client === undefined) this.#client.destroy();
  }

  #pin(): Promise<PinnedKey> {
    if (this.#closed) return Promise.reject(new WorkloadIdentityError('closed'));
    this.#pinned ??= this.#fetch().catch((error: unknown) => {
      this.#pinned = undefined;
      throw error;
    });
    return this.#pinned;
  }

  async #fetch(): Promise<PinnedKey> {
    const command = new GetPublicKeyCommand({ KeyId: this.#settings.keyId });
    const answer = await this.#call('kms:GetPublicKey', (abortSignal) =>
      this.#client.send(command, { abortSignal }),
    );
    return pinPublicKey(this.name, answer);
  }

  #checked(pinned: PinnedKey, message: Uint8Array, signature: Uint8Array | undefined, keyId?: string) {
    if (signature !== undefined && pinned.spec.verify(pinned.key, message, signature))
      return Uint8Array.from(signature);
    const moved = bareId(keyId) !== pinned.id;
    throw new WorkloadIdentityError('key_invalid', {
      detail: moved
        ? `${this.name} now leads to another key (${bareId(keyId)}) than when it was first used (${pinned.id}). If that is a rotation, publish the anchor of the new key, then open the key anew: the sdk does so by itself, anything else by a restart. If not, point the alias back`
        : `${this.name} returned a signature that is not by its public key. It was not used. Check what answers at the KMS endpoint`,
    });
  }

  async #call<T>(action: string, call: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await withinBudget(this.#settings, call);
    } catch (thrown) {
      throw explain({ action, name: this.name, region: await this.#region() }, thrown);
    }
  }

  async #region(): Promise<string> {
    try {
      return this.#settings.region ?? (await this.#client.config.region());
    } catch {
      return 'an unknown region';
    }
  }
}

/**
 * The CA key in AWS KMS: `ECC_NIST_P256` or `ECC_NIST_P384`, `RSA_*` (PSS with SHA-256) or `ECC_NIST_EDWARDS25519`, with
 * KeyUsage SIGN_VERIFY. The private key never leaves KMS. One kms:GetPublicKey for each process, one kms:Sign for each
 * certificate. Every signature is verified here before it is used.
 *
 * Constructing it does no I/O. Its methods throw `WorkloadIdentityError`: `authority_unavailable` while KMS cannot be used,
 * `config_invalid` when there is no such key, `key_invalid` when the key cannot sign certificates or is no longer the one
 * first used, `issuance_refused` for more than 4096 bytes, `closed`.
 * @throws TypeError when an option is misused
 * @throws WorkloadIdentityError `config_invalid` when the key, the region or the endpoint cannot be one
 */
export function awsKmsCaKey(options: KmsCaKeyOptions): CaKey {
  return new AwsKmsCaKey(readOptions(options));
}

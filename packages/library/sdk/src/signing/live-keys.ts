import { createHash } from 'node:crypto';
import {
  isWorkloadIdentityError,
  type SecretReference,
  WorkloadIdentityError,
} from '@workload-identity/contract';
import {
  type AsymmetricKey,
  events,
  type HmacKey,
  KeyRing,
  keyFrom,
  type Signer,
} from '@workload-identity/core';
import { withTimeLimit } from '@workload-identity/core/sources';
import type { SignerContext } from '../rungs/rung.ts';
import type { LiveSigner, SignerStatus } from './live-signer.ts';
import { oneAtATime } from './one-at-a-time.ts';

type Key = HmacKey | AsymmetricKey;

/** Which keys a rung signs with, and how their text is read. */
export interface KeysOptions {
  readonly rung: Key['rung'];
  readonly key: SecretReference;
  readonly next: SecretReference | undefined;
  readonly audienceScoped: boolean;
  readonly parse: (text: string) => Promise<Key>;
}

const HEAL_SECONDS = 5;
const HEAL_WAIT_SECONDS = 1;

/** What a text is told apart by later: the text itself is a secret, and is not kept. */
function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

class LiveKeys implements LiveSigner {
  readonly reload: () => Promise<void>;
  readonly #options: KeysOptions;
  readonly #context: SignerContext;
  #ring: KeyRing<Key> | undefined;
  #digests: readonly string[] = [];
  #error: WorkloadIdentityError | undefined;
  #healedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: KeysOptions, context: SignerContext) {
    this.#options = options;
    this.#context = context;
    this.reload = oneAtATime(() => this.#load());
  }

  signerFor(audiences: readonly string[]): Signer | Promise<Signer> {
    if (this.#closed) throw new WorkloadIdentityError('closed');
    if (this.#ring === undefined)
      throw new WorkloadIdentityError('signer_unavailable', { cause: this.#error });
    return this.#ring.signerFor(audiences);
  }

  async ready(): Promise<void> {
    if (this.#ring === undefined) await this.reload();
    if (this.#ring === undefined) throw this.#error ?? new WorkloadIdentityError('signer_unavailable');
  }

  async heal(): Promise<void> {
    const since = this.#context.clock() - this.#healedAt;
    // A clock that went back must not switch healing off.
    if (since >= 0 && since < HEAL_SECONDS * 1000) return;
    this.#healedAt = this.#context.clock();
    // It is the request of a stranger that waits.
    await withTimeLimit(this.reload(), HEAL_WAIT_SECONDS, () => undefined).catch(() => {});
  }

  status(): SignerStatus {
    const error = this.#error;
    return Object.freeze({
      state: this.#ring === undefined ? 'empty' : error === undefined ? 'current' : 'stale',
      rung: this.#options.rung,
      keys: (this.#ring?.entries() ?? []).map(({ state, key }) => ({ state, keyId: key.keyId })),
      ...(error === undefined ? undefined : { error: { code: error.code, message: error.message } }),
    });
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#ring = undefined;
    this.#digests = [];
  }

  async #load(): Promise<void> {
    if (this.#closed) return;
    try {
      const texts = await this.#read();
      const digests = texts.map(digestOf);
      const changed = this.#ring === undefined || digests.some((one, at) => one !== this.#digests[at]);
      if (changed) await this.#take(texts, digests);
      if (changed || this.#error !== undefined) this.#announce();
      this.#error = undefined;
    } catch (error) {
      this.#refuse(
        isWorkloadIdentityError(error)
          ? error
          : // Its text may quote what was read.
            new WorkloadIdentityError('secret_unavailable'),
      );
    }
  }

  get #references(): readonly SecretReference[] {
    const { key, next } = this.#options;
    return next === undefined ? [key] : [key, next];
  }

  #read(): Promise<readonly string[]> {
    return Promise.all(this.#references.map((reference) => this.#context.readSecret(reference)));
  }

  async #take(texts: readonly string[], digests: readonly string[]): Promise<void> {
    const parsed = this.#references.map((reference, at) =>
      keyFrom(reference, () => this.#options.parse(texts[at] as string)),
    );
    const [active, following] = await Promise.all(parsed);
    if (active === undefined) throw new WorkloadIdentityError('signer_unavailable');
    // In the middle of a rotation both references hold the same key.
    const next = following?.keyId === active.keyId ? undefined : following;
    if (this.#closed) return;
    if (this.#ring === undefined) this.#ring = this.#open(active, next);
    else this.#ring.replace(active, next);
    this.#digests = digests;
  }

  #open(active: Key, next: Key | undefined): KeyRing<Key> {
    const { clock, pollInterval } = this.#context;
    if (pollInterval > 0) {
      this.#timer = setInterval(() => void this.reload(), pollInterval * 1000);
      this.#timer.unref();
    }
    const { audienceScoped } = this.#options;
    return new KeyRing({ active, clock, audienceScoped, ...(next === undefined ? undefined : { next }) });
  }

  #announce(): void {
    const active = this.#ring?.entries().find(({ state }) => state === 'active');
    events.signer.publish({
      outcome: 'loaded',
      rung: this.#options.rung,
      ...(active === undefined ? undefined : { keyId: active.key.keyId }),
    });
  }

  #refuse(error: WorkloadIdentityError): void {
    const known = this.#error?.message === error.message;
    this.#error = error;
    if (known) return;
    const { code, message } = error;
    events.signer.publish({ outcome: 'refused', rung: this.#options.rung, code, message });
  }
}

/** Opens keys that are read again when they change. It does no I/O: `ready()` does. */
export function openKeys(options: KeysOptions, context: SignerContext): LiveSigner {
  return new LiveKeys(options, context);
}

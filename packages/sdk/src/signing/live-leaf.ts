import type { LeafSource, LeafStatus } from '@workload-identity/ca';
import { isWorkloadIdentityError, WorkloadIdentityError } from '@workload-identity/contract';
import type { Signer } from '@workload-identity/core';
import type { SignerContext } from '../rungs/rung.ts';
import { type AuthorityOptions, LiveAuthority } from './live-authority.ts';
import type { LiveSigner, SignerStatus, SigningKeyStatus } from './live-signer.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** What leaves are asked for, and from whom. */
export interface LeafOptions extends AuthorityOptions {
  /** Seconds; default 12 hours. */
  readonly lifetime: number | undefined;
}

/** The key of the leaf, while it signs. */
function keysOf(leaf: LeafStatus | undefined): readonly SigningKeyStatus[] {
  const signs = leaf?.state === 'current' || leaf?.state === 'stale';
  if (!signs || leaf.keyId === undefined || leaf.notAfter === undefined) return [];
  return [{ state: 'active', keyId: leaf.keyId, notAfter: leaf.notAfter }];
}

class LiveLeaf implements LiveSigner {
  readonly reload: () => Promise<void>;
  readonly #options: LeafOptions;
  readonly #context: SignerContext;
  readonly #authority: LiveAuthority;
  #leaf: LeafSource | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: LeafOptions, context: SignerContext) {
    this.#options = options;
    this.#context = context;
    this.#authority = new LiveAuthority(options, context);
    this.reload = oneAtATime(() => this.#reload());
  }

  signerFor(audiences: readonly string[]): Signer | Promise<Signer> {
    if (this.#closed) throw new WorkloadIdentityError('closed');
    if (this.#leaf === undefined) {
      throw new WorkloadIdentityError('signer_unavailable', { cause: this.#authority.error });
    }
    return this.#leaf.signerFor(audiences);
  }

  async ready(): Promise<void> {
    const leaf = await this.#open();
    try {
      await leaf.ready();
    } catch (error) {
      // The reason itself, where the leaf source would only say that there is no leaf.
      if (!isWorkloadIdentityError(error, 'signer_unavailable')) throw error;
      throw leaf.status().error ?? error;
    }
  }

  /** A token that names an unknown key says nothing about the leaf of this service. */
  async heal(): Promise<void> {}

  status(): SignerStatus {
    const leaf = this.#leaf?.status();
    // What keeps it from a new key comes first: with the one before, renewals may fail for that alone.
    const error = this.#authority.error ?? leaf?.error;
    const keys = keysOf(leaf);
    return Object.freeze({
      state: keys.length === 0 ? 'empty' : error === undefined ? 'current' : 'stale',
      rung: 'ca',
      keys,
      ...(error === undefined ? undefined : { error: { code: error.code, message: error.message } }),
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#leaf?.close();
    await this.#authority.close();
  }

  /** The leaf source. Making it does no I/O, but for loading what issues leaves. */
  async #open(): Promise<LeafSource> {
    if (this.#leaf !== undefined) return this.#leaf;
    const { createLeafSource } = await import('@workload-identity/ca');
    if (this.#closed) throw new WorkloadIdentityError('closed');
    // Another call may have been faster.
    if (this.#leaf !== undefined) return this.#leaf;
    const { identity, usage, lifetime } = this.#options;
    const { clock, random, pollInterval } = this.#context;
    this.#leaf = createLeafSource({
      workload: identity,
      issuer: this.#authority,
      usage,
      clock,
      ...(lifetime === undefined ? undefined : { lifetime }),
      ...(random === undefined ? undefined : { random }),
    });
    if (pollInterval > 0) {
      this.#timer = setInterval(() => void this.#follow(), pollInterval * 1000);
      this.#timer.unref();
    }
    return this.#leaf;
  }

  async #reload(): Promise<void> {
    if (this.#closed) return;
    // It was closed meanwhile, or cannot be loaded, which `ready()` tells.
    const leaf = await this.#open().catch(() => undefined);
    if (leaf === undefined) return;
    this.#authority.doubt();
    await this.#authority.look();
    const current = leaf.status().state === 'current' && !this.#authority.outdated;
    if (this.#authority.usable && !current) await this.#renew(leaf);
  }

  /** Looks for changes of key and certificate, once there are some to follow. Until then the leaf source tries by itself. */
  async #follow(): Promise<void> {
    if (this.#leaf === undefined || !this.#authority.usable) return;
    await this.#authority.look();
    // After a failure the leaf source chooses when to try again.
    const waits = this.#leaf.status().error !== undefined;
    if (this.#authority.outdated && !waits) await this.#renew(this.#leaf);
  }

  async #renew(leaf: LeafSource): Promise<void> {
    try {
      // An attempt that was under way may have begun with the key before.
      do await leaf.renew();
      while (this.#authority.outdated);
    } catch {
      // The current leaf signs on. Its status says why there is no newer one.
    }
  }
}

/** Opens the signer of the `ca` rung. It does no I/O: `ready()` does. */
export function openLeaf(options: LeafOptions, context: SignerContext): LiveSigner {
  return new LiveLeaf(options, context);
}

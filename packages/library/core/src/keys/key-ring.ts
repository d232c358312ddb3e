import { type Authority, LIMITS, WorkloadIdentityError } from '@workload-identity/contract';
import { readClock, readOptions } from '../options.ts';
import type { AsymmetricKey } from './asymmetric-key.ts';
import type { HmacKey } from './hmac-key.ts';
import type { Signer, SignerSource } from './signer.ts';

/** A key of a ring, and what it is there for. */
export interface KeyRingEntry<K> {
  readonly state: 'next' | 'active' | 'retired';
  readonly key: K;
  /** For a retired key: when its last token has ended, seconds since 1970. Until then verifiers still need it. */
  readonly neededUntil?: number;
}

/** Settings of {@link KeyRing}. */
export interface KeyRingOptions<K> {
  readonly active: K;
  /** The key to sign with after the next rotation: verifiers learn it before it is used. */
  readonly next?: K;
  /** Milliseconds since 1970, like `Date.now`, which is the default. */
  readonly clock?: () => number;
  /** On the `hmac` rung: sign every token with the key derived for its one audience. */
  readonly audienceScoped?: boolean;
}

const LONGEST_SECONDS = LIMITS.lifetimeSeconds + LIMITS.maxLeewaySeconds;

const RING_OPTIONS = { active: true, next: true, clock: true, audienceScoped: true } as const;

/**
 * A minter's keys: one signs, the next is already known to verifiers, retired ones are published until their last token
 * has ended. That overlap is what makes a rotation harmless.
 */
export class KeyRing<K extends HmacKey | AsymmetricKey> implements SignerSource {
  readonly #clock: () => number;
  readonly #audienceScoped: boolean;
  #active: K;
  #next: K | undefined;
  #retired: { key: K; neededUntil: number }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(given: KeyRingOptions<K>) {
    const { active, next, clock, audienceScoped = false } = readOptions(given, RING_OPTIONS);
    if (typeof active?.keyId !== 'string') throw new TypeError('`active` is required: the key to sign with');
    if (audienceScoped && active.rung !== 'hmac') {
      throw new TypeError('`audienceScoped` is for keys of the hmac rung');
    }
    this.#clock = readClock(clock);
    this.#audienceScoped = audienceScoped;
    this.#active = active;
    this.#next = next;
  }

  /**
   * Makes the next key active and retires the active one.
   * @param next the key to publish for the rotation after this one
   * @throws TypeError when there is no next key: verifiers would not know the new one
   */
  rotate(next?: K): void {
    if (this.#next === undefined)
      throw new TypeError('there is no next key: publish one before you rotate to it');
    this.replace(this.#next, next);
  }

  /** Puts the keys in place that a changed configuration names. A key that no longer signs is retired. */
  replace(active: K, next?: K): void {
    this.#retired = this.#retired.filter(({ key }) => key.keyId !== active.keyId);
    if (active.keyId !== this.#active.keyId) {
      const neededUntil = Math.ceil(this.#clock() / 1000) + LONGEST_SECONDS;
      this.#retired.push({ key: this.#active, neededUntil });
    }
    this.#active = active;
    this.#next = next;
    this.#prune();
  }

  /** All keys verifiers need now. */
  entries(): readonly KeyRingEntry<K>[] {
    this.#prune();
    return [
      ...(this.#next === undefined ? [] : [{ state: 'next' as const, key: this.#next }]),
      { state: 'active' as const, key: this.#active },
      ...this.#retired.map((entry) => ({ state: 'retired' as const, ...entry })),
    ];
  }

  /** The authority to write into the trust bundle, for a ring of asymmetric keys. */
  authority(issuer: string, subjects: readonly string[]): Authority {
    const keys = this.entries().map(({ key }) => {
      if (key.rung !== 'asymmetric')
        throw new TypeError('secrets are not published: reference them in the bundle');
      return key.publicJwk;
    });
    return { rung: 'asymmetric', issuer, subjects: [...subjects], keys };
  }

  /** Drops the retired keys that are no longer needed, and comes back when the next one is not. */
  #prune(): void {
    const now = this.#clock() / 1000;
    this.#retired = this.#retired.filter(({ neededUntil }) => neededUntil > now);
    clearTimeout(this.#timer);
    const [next] = this.#retired.map(({ neededUntil }) => neededUntil - now).sort((a, b) => a - b);
    if (next === undefined) return;
    // The timer must keep neither the process nor a ring that nobody uses.
    const weak = new WeakRef(this);
    const prune = (): void => {
      const ring = weak.deref();
      if (ring !== undefined) ring.#prune();
    };
    this.#timer = setTimeout(prune, Math.min(Math.max(next, 1), LONGEST_SECONDS) * 1000);
    // In a browser it is a number, and holds nothing.
    if (typeof this.#timer === 'object') this.#timer.unref();
  }

  async #scoped(key: HmacKey, audiences: readonly string[]): Promise<Signer> {
    const [audience] = audiences;
    if (audiences.length !== 1 || audience === undefined) {
      throw new WorkloadIdentityError('mint_refused', {
        detail: 'an audience-scoped key signs for exactly one audience',
      });
    }
    return key.forAudience(audience);
  }

  signerFor(audiences: readonly string[]): Signer | Promise<Signer> {
    const key: HmacKey | AsymmetricKey = this.#active;
    return this.#audienceScoped && key.rung === 'hmac' ? this.#scoped(key, audiences) : key;
  }
}

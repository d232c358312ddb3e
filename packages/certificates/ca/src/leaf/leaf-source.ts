import { WorkloadIdentityError } from '@workload-identity/contract';
import { events, type LeafEvent, type Signer, type SignerSource } from '@workload-identity/core';
import { showTime } from '../authority/ca-certificate.ts';
import { unavailable } from '../keys/signing-key.ts';
import { type LeafSourceOptions, readLeafOptions } from './leaf-options.ts';
import { type ObtainedLeaf, obtainLeaf } from './obtain-leaf.ts';
import { MAX_RETRY, renewalTime, retryTime } from './schedule.ts';
import { within } from './timers.ts';

/** How a leaf source stands. Times are seconds since 1970. */
export interface LeafStatus {
  /** `empty`: no leaf yet. `stale`: renewals fail and the current leaf still signs. `expired`: nothing signs. */
  readonly state: 'empty' | 'current' | 'stale' | 'expired' | 'closed';
  /** The newest leaf. */
  readonly keyId?: string;
  readonly notAfter?: number;
  /** When the next renewal or attempt is due. */
  readonly nextAttempt?: number;
  /** Attempts that failed since the newest leaf. */
  readonly failures: number;
  readonly error?: WorkloadIdentityError;
}

/** Signs with a leaf and renews it. */
export interface LeafSource extends SignerSource {
  /** Obtains the first leaf. @throws WorkloadIdentityError `signer_unavailable`, with the reason as its cause */
  ready(): Promise<void>;
  /**
   * Obtains a new leaf now, on a new key; an attempt that is under way counts.
   * @throws WorkloadIdentityError why there is none; the current one still signs
   */
  renew(): Promise<void>;
  status(): LeafStatus;
  /** Forgets the key and stops renewing. */
  close(): void;
}

interface Held extends ObtainedLeaf {
  readonly renewAt: number;
}

class RenewingLeaf implements LeafSource {
  readonly #options: Required<LeafSourceOptions>;
  #held: Held | undefined;
  #newest: Omit<Held, 'signer'> | undefined;
  #attempt: Promise<void> | undefined;
  #failures = 0;
  #retryAt = 0;
  #error: WorkloadIdentityError | undefined;
  #timer: unknown;
  #closed = false;

  constructor(options: Required<LeafSourceOptions>) {
    this.#options = options;
  }

  signerFor(): Signer | Promise<Signer> {
    this.#checkOpen();
    const now = this.#now();
    const held = this.#usable(now);
    if (held === undefined) return this.#wait(now);
    if (this.#isDue(now, held)) void this.#renew();
    return held.signer;
  }

  async ready(): Promise<void> {
    this.#checkOpen();
    if (this.#usable(this.#now()) === undefined) await this.#wait(this.#now());
  }

  async renew(): Promise<void> {
    this.#checkOpen();
    await this.#renew();
    this.#checkOpen();
    if (this.#error !== undefined) throw this.#error;
  }

  status(): LeafStatus {
    const newest = this.#newest;
    const usable = this.#usable(this.#now()) !== undefined;
    const failed = this.#error !== undefined;
    const open = newest === undefined ? 'empty' : usable ? (failed ? 'stale' : 'current') : 'expired';
    return Object.freeze({
      state: this.#closed ? 'closed' : open,
      ...(newest === undefined ? {} : { keyId: newest.keyId, notAfter: newest.notAfter }),
      ...this.#next(),
      failures: this.#failures,
      ...(this.#error === undefined ? {} : { error: this.#error }),
    });
  }

  close(): void {
    this.#closed = true;
    this.#held = undefined;
    this.#options.timers.clear(this.#timer);
  }

  #now(): number {
    return this.#options.clock() / 1000;
  }

  #checkOpen(): void {
    if (this.#closed) throw new WorkloadIdentityError('closed');
  }

  /** The leaf, while it is valid. A clock that went back before its start finds none. */
  #usable(now: number): Held | undefined {
    const held = this.#held;
    if (held === undefined) return undefined;
    // A token ends after it starts, in whole seconds: in its last one a leaf signs nothing any more.
    if (Math.floor(now) >= held.notAfter) {
      this.#expire();
      return undefined;
    }
    return now >= held.notBefore ? held : undefined;
  }

  /** The key of a leaf that has ended is of no use to anyone: it goes at once. */
  #expire(): void {
    this.#held = undefined;
    const code = this.#error?.code;
    this.#publish({ outcome: 'expired', ...(code === undefined ? {} : { code }) });
  }

  #dueAt(held: { readonly renewAt: number } | undefined): number {
    return this.#error === undefined ? (held?.renewAt ?? 0) : this.#retryAt;
  }

  #isDue(now: number, held: Held | undefined): boolean {
    const due = this.#dueAt(held);
    // After a failure no wait is longer than this: the clock went back.
    return now >= due || (this.#error !== undefined && due - now > MAX_RETRY);
  }

  async #wait(now: number): Promise<Signer> {
    if (this.#attempt !== undefined || this.#isDue(now, undefined)) await this.#renew();
    this.#checkOpen();
    const held = this.#usable(this.#now());
    if (held !== undefined) return held.signer;
    const { workload } = this.#options;
    const ended =
      this.#newest === undefined ? '' : `; the last one ended at ${showTime(this.#newest.notAfter)}`;
    throw new WorkloadIdentityError('signer_unavailable', {
      detail: `there is no leaf for ${workload}${ended}. The reason is ${this.#error?.code ?? 'unknown'}`,
      cause: this.#error,
    });
  }

  #renew(): Promise<void> {
    this.#attempt ??= this.#try().finally(() => {
      this.#attempt = undefined;
      this.#schedule();
    });
    return this.#attempt;
  }

  /** One attempt. It never rejects: what came of it is in the fields. */
  async #try(): Promise<void> {
    const { issuer, timeout, timers, random } = this.#options;
    try {
      const obtaining = obtainLeaf(issuer, this.#options, () => this.#now());
      const late = () =>
        new WorkloadIdentityError('authority_unavailable', {
          detail: `${issuer.name} did not answer within ${timeout} seconds`,
        });
      const leaf = await within(timers, timeout * 1000, obtaining, late);
      if (this.#closed) return;
      const renewAt = renewalTime(this.#now(), leaf.notAfter, random());
      this.#held = { ...leaf, renewAt };
      this.#newest = { keyId: leaf.keyId, notBefore: leaf.notBefore, notAfter: leaf.notAfter, renewAt };
      this.#failures = 0;
      this.#error = undefined;
      this.#publish({ outcome: 'renewed' });
    } catch (cause) {
      if (this.#closed) return;
      this.#failures++;
      this.#error = unavailable(issuer.name, cause);
      this.#retryAt = retryTime(this.#now(), this.#failures, random());
      const { code, message } = this.#error;
      this.#publish({ outcome: 'failed', code, message });
    }
  }

  #next(): { readonly nextAttempt?: number } {
    if (this.#closed || (this.#newest === undefined && this.#error === undefined)) return {};
    return { nextAttempt: Math.ceil(this.#dueAt(this.#newest)) };
  }

  #schedule(): void {
    const { timers } = this.#options;
    timers.clear(this.#timer);
    if (this.#closed) return;
    const wait = Math.max(0, this.#dueAt(this.#newest) - this.#now());
    this.#timer = timers.set(() => this.#wake(), Math.ceil(wait * 1000));
  }

  #wake(): void {
    if (this.#closed) return;
    // Looks at the end of the leaf as well, for a service that signs nothing would not notice.
    const held = this.#usable(this.#now());
    if (this.#isDue(this.#now(), held)) void this.#renew();
    else this.#schedule();
  }

  #publish(event: Pick<LeafEvent, 'outcome' | 'code' | 'message'>): void {
    const newest = this.#newest;
    events.leaf.publish({
      ...event,
      workload: this.#options.workload,
      ...(newest === undefined ? {} : { keyId: newest.keyId, notAfter: newest.notAfter }),
      ...this.#next(),
    });
  }
}

/**
 * Makes the signer of the `ca` rung. Its key is made in this process and never exported. The leaf is renewed at half its
 * life, on a new key each time, by one attempt at a time; while the authority cannot be reached the current leaf signs on,
 * `status()` and the channel `workload-identity:leaf` say so, and at its end there is `signer_unavailable`.
 * @throws TypeError for a setting that is missing, unknown or out of range
 */
export function createLeafSource(options: LeafSourceOptions): LeafSource {
  return new RenewingLeaf(readLeafOptions(options));
}

import {
  isWorkloadIdentityError,
  parseTrustDomain,
  type SecretReference,
  type TrustBundle,
  WorkloadIdentityError,
} from '@workload-identity/contract';
import type { MaybePromise } from '../engine/engine.ts';
import { events } from '../events.ts';
import { readClock, readOptions, within } from '../options.ts';
import { describeReference } from '../sources/describe-source.ts';
import { readSecret as defaultReadSecret, type SecretReader } from '../sources/read-secret.ts';
import { SOURCE_SECONDS, withTimeLimit } from '../sources/time-limit.ts';
import { parseBundleText, readBundleFile } from './bundle-text.ts';
import { compileBundle, secretReferences } from './compile.ts';
import type { TrustSnapshot } from './snapshot.ts';

/** How a bundle source stands. */
export interface BundleStatus {
  readonly state: 'empty' | 'current' | 'stale';
  readonly trustDomain?: string;
  readonly sequence?: number;
  /** When the bundle in force was taken; milliseconds since 1970. */
  readonly loadedAt?: number;
  /** Why the newest attempt was refused; the last good bundle is in force meanwhile. */
  readonly error?: WorkloadIdentityError;
}

/** Where a verifier gets its trust from. */
export interface BundleSource {
  /** @throws WorkloadIdentityError `bundle_unavailable` before the first good bundle */
  current(): TrustSnapshot;
  /** Reads the first bundle. @throws WorkloadIdentityError why it cannot be used */
  ready(): Promise<void>;
  /** Reads again now. A bad bundle leaves the last good one in force; {@link status} and an event say so. */
  reload(): Promise<void>;
  /**
   * Reads again because a token named an unknown key, at most once in {@link BundleSourceOptions.healInterval}. Tells whether
   * it did. It takes at most a second: a source that hangs must not hold the requests of strangers, nor may very many wait.
   */
  heal(): Promise<boolean>;
  status(): BundleStatus;
  close(): void;
}

/** Settings of {@link createBundleSource}. */
export interface BundleSourceOptions {
  /** The bundle: a JSON file, or the document itself. */
  readonly bundle: { readonly file: string } | TrustBundle;
  /** The trust domain the bundle must be of. Default: that of the first bundle, whichever it is. */
  readonly trustDomain?: string;
  readonly readSecret?: SecretReader;
  /** A further check before a bundle comes into force, such as that of its anchors. It throws `bundle_invalid`. */
  readonly check?: (snapshot: TrustSnapshot) => MaybePromise<void>;
  /** How often the file and the secrets are looked at, in seconds; 0 never. Default 5, or less if the bundle's `refreshHint` is. */
  readonly pollInterval?: number;
  /** The least time between two reloads caused by unknown keys, in seconds. Default 5. */
  readonly healInterval?: number;
  /** Milliseconds since 1970, like `Date.now`, which is the default. */
  readonly clock?: () => number;
}

const DEFAULT_POLL_SECONDS = 5;
const DEFAULT_HEAL_SECONDS = 5;
const MAX_SECONDS = 86_400;
const HEAL_WAIT_SECONDS = 1;
const MAX_WAITING = 1_024;
const BUNDLE_OPTIONS = {
  bundle: true,
  trustDomain: true,
  readSecret: true,
  check: true,
  pollInterval: true,
  healInterval: true,
  clock: true,
} as const;

/** What one look at the sources found, before anything is made of it. */
interface Reading {
  readonly bundle: TrustBundle;
  readonly text: string;
  readonly secrets: ReadonlyMap<string, string>;
}

class LiveBundle implements BundleSource {
  readonly #options: BundleSourceOptions;
  readonly #clock: () => number;
  readonly #healInterval: number;
  #snapshot: TrustSnapshot | undefined;
  #reading: Reading | undefined;
  #loadedAt: number | undefined;
  #error: WorkloadIdentityError | undefined;
  #loading: Promise<void> | undefined;
  /** Whether the load under way ended within the time that a request may wait for it. */
  #inTime: Promise<boolean> = Promise.resolve(true);
  #waiting = 0;
  #queued: Promise<void> | undefined;
  #healedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #pollSeconds = 0;
  #closed = false;

  constructor(given: BundleSourceOptions) {
    const options = readOptions(given, BUNDLE_OPTIONS);
    const { bundle, readSecret, check, pollInterval = 0, healInterval = DEFAULT_HEAL_SECONDS } = options;
    if (typeof bundle !== 'object' || bundle === null) {
      throw new TypeError('`bundle` is required: `{ file }` or the document itself');
    }
    if (!isFunctionOrAbsent(readSecret)) throw new TypeError('`readSecret` is a function');
    if (!isFunctionOrAbsent(check)) throw new TypeError('`check` is a function');
    within('pollInterval', pollInterval, 0, MAX_SECONDS);
    if (options.trustDomain !== undefined) parseTrustDomain(options.trustDomain);
    this.#options = options;
    this.#clock = readClock(options.clock);
    this.#healInterval = within('healInterval', healInterval, 0, MAX_SECONDS) * 1000;
  }

  current(): TrustSnapshot {
    if (this.#snapshot === undefined || this.#closed) {
      throw this.#closed
        ? new WorkloadIdentityError('closed')
        : new WorkloadIdentityError('bundle_unavailable', { cause: this.#error });
    }
    return this.#snapshot;
  }

  async ready(): Promise<void> {
    if (this.#snapshot === undefined) await this.reload();
    if (this.#closed) throw new WorkloadIdentityError('closed');
    if (this.#snapshot === undefined) throw this.#error ?? new WorkloadIdentityError('bundle_unavailable');
  }

  reload(): Promise<void> {
    if (this.#loading === undefined) return this.#start();
    // The load under way may have read before the change that led here: one more follows it.
    this.#queued ??= this.#loading.then(() => {
      this.#queued = undefined;
      return this.#loading ?? this.#start();
    });
    return this.#queued;
  }

  #start(): Promise<void> {
    const loading = this.#load().finally(() => {
      this.#loading = undefined;
    });
    this.#loading = loading;
    this.#inTime = endsWithin(HEAL_WAIT_SECONDS, loading);
    return loading;
  }

  async heal(): Promise<boolean> {
    if (this.#waiting >= MAX_WAITING) return false;
    if (this.#loading === undefined) {
      const now = this.#clock();
      const since = now - this.#healedAt;
      // A clock that went back must not switch healing off.
      if (since >= 0 && since < this.#healInterval) return false;
      this.#healedAt = now;
      void this.#start();
    }
    this.#waiting++;
    try {
      return await this.#inTime;
    } finally {
      this.#waiting--;
    }
  }

  status(): BundleStatus {
    const { trustDomain, sequence } = this.#snapshot ?? {};
    return Object.freeze({
      state: this.#snapshot === undefined ? 'empty' : this.#error === undefined ? 'current' : 'stale',
      ...(trustDomain === undefined ? undefined : { trustDomain }),
      ...(sequence === undefined ? undefined : { sequence }),
      ...(this.#loadedAt === undefined ? undefined : { loadedAt: this.#loadedAt }),
      ...(this.#error === undefined ? undefined : { error: this.#error }),
    });
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  async #load(): Promise<void> {
    if (this.#closed) return;
    try {
      const reading = await this.#read();
      if (this.#reading === undefined || !isSame(reading, this.#reading)) await this.#take(reading);
      else if (this.#error !== undefined) this.#announce();
      this.#error = undefined;
    } catch (error) {
      this.#refuse(
        isWorkloadIdentityError(error)
          ? error
          : new WorkloadIdentityError('bundle_invalid', { cause: error }),
      );
    }
    // After a refusal as well: a bundle that was broken at the start is found when it is mended.
    this.#poll();
  }

  async #read(): Promise<Reading> {
    const { bundle: given, readSecret = defaultReadSecret } = this.#options;
    const text = Object.hasOwn(given, 'file')
      ? await readBundleFile((given as { file: string }).file)
      : JSON.stringify(given);
    const bundle = text === this.#reading?.text ? this.#reading.bundle : await parseBundleText(text);
    const references = new Map(secretReferences(bundle).map((one) => [JSON.stringify(one), one]));
    const secrets = await Promise.all(
      Array.from(references, async ([name, reference]) => {
        const reading = withTimeLimit(readSecret(reference), SOURCE_SECONDS, () => late(reference));
        return [name, await reading] as const;
      }),
    );
    return { bundle, text, secrets: new Map(secrets) };
  }

  async #take(reading: Reading): Promise<void> {
    const snapshot = await compileBundle(
      reading.bundle,
      async (reference) => reading.secrets.get(JSON.stringify(reference)) as string,
    );
    checkTrustDomain(snapshot, this.#options.trustDomain);
    if (this.#snapshot !== undefined) checkSuccession(this.#snapshot, snapshot);
    await this.#options.check?.(snapshot);
    if (this.#closed) return;
    this.#snapshot = snapshot;
    this.#reading = reading;
    this.#loadedAt = this.#clock();
    this.#announce();
  }

  #announce(): void {
    const { trustDomain, sequence } = this.#snapshot as TrustSnapshot;
    events.bundle.publish({ outcome: 'loaded', trustDomain, sequence });
  }

  #refuse(error: WorkloadIdentityError): void {
    const known = this.#error?.message === error.message;
    this.#error = error;
    if (!known) events.bundle.publish({ outcome: 'refused', code: error.code, message: error.message });
  }

  #poll(): void {
    const hint = this.#reading?.bundle.refreshHint ?? DEFAULT_POLL_SECONDS;
    const seconds = this.#options.pollInterval ?? Math.min(hint, DEFAULT_POLL_SECONDS);
    if (this.#closed || seconds === this.#pollSeconds) return;
    clearInterval(this.#timer);
    this.#pollSeconds = seconds;
    if (seconds === 0) return;
    this.#timer = setInterval(() => void this.reload(), seconds * 1000);
    this.#timer.unref();
  }
}

function isFunctionOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'function';
}

function isSame(a: Reading, b: Reading): boolean {
  return a.text === b.text && [...a.secrets].every(([reference, text]) => b.secrets.get(reference) === text);
}

/** Tells whether a load ends within so many seconds. It never rejects: how the load ended is told elsewhere. */
function endsWithin(seconds: number, loading: Promise<void>): Promise<boolean> {
  return withTimeLimit(
    loading.then(() => true),
    seconds,
    () => undefined,
  ).catch(() => false);
}

function late(reference: SecretReference): WorkloadIdentityError {
  return new WorkloadIdentityError('secret_unavailable', {
    detail: `${describeReference(reference)} has not answered for ${SOURCE_SECONDS} seconds`,
  });
}

function checkTrustDomain({ trustDomain }: TrustSnapshot, expected: string | undefined): void {
  if (expected === undefined || trustDomain === expected) return;
  throw new WorkloadIdentityError('bundle_invalid', {
    detail: `it is of the trust domain ${trustDomain}, and this service trusts ${expected}. Where that is meant, set \`trustDomain\` to it`,
  });
}

function checkSuccession(before: TrustSnapshot, after: TrustSnapshot): void {
  const wrong =
    after.trustDomain !== before.trustDomain
      ? `\`trustDomain\` changed from ${before.trustDomain}`
      : after.sequence < before.sequence
        ? `\`sequence\` went back from ${before.sequence} to ${after.sequence}`
        : undefined;
  if (wrong !== undefined) throw new WorkloadIdentityError('bundle_invalid', { detail: wrong });
}

/**
 * Opens a source of trust. It does no I/O: `ready()` does. It looks again for changes of the file and of the secrets it
 * references, and keeps the last good bundle while a newer one is broken.
 * @throws TypeError for a setting that is missing, unknown or out of range
 */
export function createBundleSource(options: BundleSourceOptions): BundleSource {
  return new LiveBundle(options);
}

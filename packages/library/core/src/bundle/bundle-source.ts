import { type SecretReference, type TrustBundle, WorkloadIdentityError } from '@workload-identity/contract';
import { events } from '../events.ts';
import { readClock } from '../options.ts';
import { LastGood } from '../refresh/last-good.ts';
import { SOURCE_SECONDS, withTimeLimit } from '../refresh/time-limit.ts';
import { describeReference } from '../sources/describe-source.ts';
import { readSecret as defaultReadSecret } from '../sources/read-secret.ts';
import {
  type BundleSource,
  type BundleSourceOptions,
  type BundleStatus,
  type CheckedBundleOptions,
  readBundleOptions,
} from './bundle-options.ts';
import { parseBundleText, readBundleFile } from './bundle-text.ts';
import { compileBundle, secretReferences } from './compile.ts';
import type { TrustSnapshot } from './snapshot.ts';
import { checkSuccession, checkTrustDomain } from './succession.ts';

/** What one look at the sources found, before anything is made of it. */
interface Reading {
  readonly bundle: TrustBundle;
  readonly text: string;
  readonly secrets: ReadonlyMap<string, string>;
}

class LiveBundle implements BundleSource {
  readonly #options: CheckedBundleOptions;
  readonly #source: LastGood<Reading, TrustSnapshot>;

  constructor(given: BundleSourceOptions) {
    this.#options = readBundleOptions(given);
    const { pollSeconds, cooldown, clock } = this.#options;
    this.#source = new LastGood<Reading, TrustSnapshot>({
      read: (before) => this.#read(before),
      isSame,
      build: (reading, before) => this.#build(reading, before),
      loaded: ({ trustDomain, sequence }) =>
        events.bundle.publish({ outcome: 'loaded', trustDomain, sequence }),
      rejected: ({ code, message }) => events.bundle.publish({ outcome: 'refused', code, message }),
      code: 'bundle_invalid',
      pollSeconds: (reading) => pollSeconds(reading?.bundle.refreshHint),
      cooldown,
      clock: readClock(clock),
    });
  }

  current(): TrustSnapshot {
    const { value, closed, error } = this.#source;
    if (value !== undefined && !closed) return value;
    throw closed
      ? new WorkloadIdentityError('closed')
      : new WorkloadIdentityError('bundle_unavailable', { cause: error });
  }

  async ready(): Promise<void> {
    if (this.#source.value === undefined) await this.reload();
    const { value, closed, error } = this.#source;
    if (closed) throw new WorkloadIdentityError('closed');
    if (value === undefined) throw error ?? new WorkloadIdentityError('bundle_unavailable');
  }

  reload(): Promise<void> {
    return this.#source.reload();
  }

  heal(): Promise<boolean> {
    return this.#source.refreshOnUnknownKey();
  }

  status(): BundleStatus {
    const { value, freshness, loadedAt, error } = this.#source;
    return Object.freeze({
      state: freshness,
      ...(value === undefined ? undefined : { trustDomain: value.trustDomain, sequence: value.sequence }),
      ...(loadedAt === undefined ? undefined : { loadedAt }),
      ...(error === undefined ? undefined : { error }),
    });
  }

  close(): void {
    this.#source.close();
  }

  async #read(before: Reading | undefined): Promise<Reading> {
    const { bundle: given, readSecret = defaultReadSecret } = this.#options;
    const text = Object.hasOwn(given, 'file')
      ? await readBundleFile((given as { file: string }).file)
      : JSON.stringify(given);
    const bundle = text === before?.text ? before.bundle : await parseBundleText(text);
    const references = new Map(secretReferences(bundle).map((one) => [JSON.stringify(one), one]));
    const secrets = await Promise.all(
      Array.from(references, async ([name, reference]) => {
        const reading = withTimeLimit(readSecret(reference), SOURCE_SECONDS, () => late(reference));
        return [name, await reading] as const;
      }),
    );
    return { bundle, text, secrets: new Map(secrets) };
  }

  async #build({ bundle, secrets }: Reading, before: TrustSnapshot | undefined): Promise<TrustSnapshot> {
    const snapshot = await compileBundle(
      bundle,
      async (reference) => secrets.get(JSON.stringify(reference)) as string,
    );
    checkTrustDomain(snapshot, this.#options.trustDomain);
    if (before !== undefined) checkSuccession(before, snapshot);
    await this.#options.check?.(snapshot);
    return snapshot;
  }
}

function isSame(a: Reading, b: Reading): boolean {
  return a.text === b.text && [...a.secrets].every(([reference, text]) => b.secrets.get(reference) === text);
}

function late(reference: SecretReference): WorkloadIdentityError {
  return new WorkloadIdentityError('secret_unavailable', {
    detail: `${describeReference(reference)} has not answered for ${SOURCE_SECONDS} seconds`,
  });
}

/**
 * Opens a source of trust. It does no I/O: `ready()` does. It looks again for changes of the file and of the secrets it
 * references, and keeps the last good bundle while a newer one is broken.
 * @throws TypeError for a setting that is missing, unknown or out of range
 */
export function createBundleSource(options: BundleSourceOptions): BundleSource {
  return new LiveBundle(options);
}

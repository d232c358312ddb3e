import { parseTrustDomain, type TrustBundle, type WorkloadIdentityError } from '@workload-identity/contract';
import { DEFAULTS } from '../defaults.ts';
import type { MaybePromise } from '../engine/engine.ts';
import { bareCopy, inRange, readOptions } from '../options.ts';
import type { Freshness } from '../refresh/last-good.ts';
import type { SecretReader } from '../sources/read-secret.ts';
import type { TrustSnapshot } from './snapshot.ts';

/** How a bundle source stands. */
export interface BundleStatus {
  readonly state: Freshness;
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

const MAX_SECONDS = 86_400;
const BUNDLE_OPTIONS = {
  bundle: true,
  trustDomain: true,
  readSecret: true,
  check: true,
  pollInterval: true,
  healInterval: true,
  clock: true,
} as const;

function isFunctionOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'function';
}

/** Settings that were checked. */
export interface CheckedBundleOptions extends Omit<BundleSourceOptions, 'pollInterval' | 'healInterval'> {
  readonly cooldown: number;
  /** @param hint the `refreshHint` of the bundle, in seconds */
  readonly pollSeconds: (hint: number | undefined) => number;
}

/** Checks the settings of a bundle source. @throws TypeError */
export function readBundleOptions(given: BundleSourceOptions): CheckedBundleOptions {
  const options = readOptions(given, BUNDLE_OPTIONS);
  const {
    bundle,
    readSecret,
    check,
    pollInterval,
    healInterval = DEFAULTS.unknownKeyCooldownSeconds,
  } = options;
  if (typeof bundle !== 'object' || bundle === null) {
    throw new TypeError('`bundle` is required: `{ file }` or the document itself');
  }
  if (!isFunctionOrAbsent(readSecret)) throw new TypeError('`readSecret` is a function');
  if (!isFunctionOrAbsent(check)) throw new TypeError('`check` is a function');
  if (options.trustDomain !== undefined) parseTrustDomain(options.trustDomain);
  return bareCopy<CheckedBundleOptions>({
    ...options,
    cooldown: inRange('healInterval', healInterval, 0, MAX_SECONDS),
    pollSeconds: (hint = DEFAULTS.pollSeconds) => Math.min(hint, DEFAULTS.pollSeconds),
    ...(pollInterval === undefined
      ? undefined
      : { pollSeconds: always(inRange('pollInterval', pollInterval, 0, MAX_SECONDS)) }),
  });
}

const always = (seconds: number) => (): number => seconds;

import type { SecretReader } from '@workload-identity/core';

/** What a test or a platform puts in place of the defaults. None of it stands in the configuration. */
export interface IdentityOptions {
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly clock?: () => number;
  /** Random bytes for token identifiers. Default: the platform's. */
  readonly randomBytes?: (length: number) => Uint8Array;
  /** A number from 0 to 1 that spreads refreshes of tokens and renewals of leaves. Default `Math.random`. */
  readonly random?: () => number;
  /** Reads the text a secret reference points to. Default: from the environment or a file. */
  readonly readSecret?: SecretReader;
  /** Whether SIGHUP makes keys and bundle be read again; a process that listens no longer ends by it. Default true. */
  readonly signals?: boolean;
}

const KINDS: Readonly<Record<keyof IdentityOptions, 'function' | 'boolean'>> = {
  clock: 'function',
  randomBytes: 'function',
  random: 'function',
  readSecret: 'function',
  signals: 'boolean',
};

/** @throws TypeError for an option that does not exist or is of the wrong kind */
export function checkOptions(options: IdentityOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(KINDS, name)) throw new TypeError(`\`${name}\` is not an option`);
    const kind = KINDS[name as keyof IdentityOptions];
    if (value !== undefined && typeof value !== kind) throw new TypeError(`\`${name}\` is a ${kind}`);
  }
}

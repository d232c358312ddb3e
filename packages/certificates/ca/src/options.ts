/**
 * Copies settings into an object without a prototype, so that only what the caller wrote counts, and refuses names it
 * does not know.
 * @throws TypeError
 */
export function readOptions<T extends object>(
  options: T,
  names: Readonly<Record<keyof UnionToAll<T>, true>>,
): T {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('settings are required: an object');
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(names, name)) throw new TypeError(`\`${name}\` is not an option`);
  }
  return bare(options);
}

/** Copies own members into an object without a prototype, so that a member that was left out is left out. */
export function bare<T extends object>(members: T): T {
  return Object.assign(Object.create(null), members) as T;
}

/** Every member that any form of the settings may have. */
type UnionToAll<T> = T extends unknown ? { [K in keyof T]: unknown } : never;

/** Reads a setting that is a whole number of seconds within bounds. @throws TypeError */
export function seconds(name: string, value: number, low: number, high: number): number {
  if (!(Number.isInteger(value) && value >= low && value <= high)) {
    throw new TypeError(`\`${name}\` is a whole number of seconds from ${low} to ${high}`);
  }
  return value;
}

/** What differs between a test and production. */
export interface Ambient {
  /** Milliseconds since 1970, like `Date.now`, which is the default. */
  readonly clock?: () => number;
  /** Random bytes. Default: the platform's. */
  readonly randomBytes?: (length: number) => Uint8Array;
}

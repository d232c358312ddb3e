/**
 * Copies settings into an object without a prototype, so that only what the caller wrote counts, and refuses names it
 * does not know: a misspelt setting must not be one that is silently off.
 *
 * @param names every member the settings may have
 * @throws TypeError
 */
export function readOptions<T extends object>(options: T, names: Readonly<Record<keyof T, unknown>>): T {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('settings are required: an object');
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(names, name)) throw new TypeError(`\`${name}\` is not an option`);
  }
  return bareCopy(options);
}

/**
 * Copies own members into an object without a prototype. The prototype goes first: members added to a bare object stay
 * fast to read, those of `Object.create(null)` would not.
 */
export function bareCopy<T extends object>(members: T): T {
  return Object.assign(Object.setPrototypeOf({}, null), members);
}

/** Reads a setting that is a number within bounds. @throws TypeError */
export function inRange(name: string, value: number, low: number, high: number): number {
  if (!(Number.isFinite(value) && value >= low && value <= high)) {
    throw new TypeError(`\`${name}\` is a number from ${low} to ${high}`);
  }
  return value;
}

/** Reads the setting `clock`: milliseconds since 1970, `Date.now` by default. @throws TypeError */
export function readClock(clock: (() => number) | undefined): () => number {
  if (clock === undefined) return Date.now;
  if (typeof clock !== 'function') throw new TypeError('`clock` is a function like `Date.now`');
  return clock;
}

/**
 * Copies options that may have these names and no others. The copy has no prototype: what someone put on
 * `Object.prototype` is not an option.
 * @throws TypeError
 */
export function closedOptions<T extends object>(
  options: T | undefined,
  names: readonly (keyof T & string)[],
): T {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`options are one object with any of: ${names.join(', ')}`);
  }
  for (const name of Object.keys(options)) {
    if (!(names as readonly string[]).includes(name)) {
      throw new TypeError(`\`${name}\` is not an option here; allowed are: ${names.join(', ')}`);
    }
  }
  return { __proto__: null, ...options } as T;
}

/** A switch that was left out is off. @throws TypeError for anything but a boolean */
export function readSwitch(name: string, value: unknown): boolean {
  if (value !== undefined && typeof value !== 'boolean')
    throw new TypeError(`\`${name}\` is \`true\` or \`false\``);
  return value === true;
}

/** A list of at least one value. @throws TypeError */
export function readList<T>(
  name: string,
  value: unknown,
  what: string,
  read: (one: unknown) => T,
): readonly T[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length === 0)
    throw new TypeError(`\`${name}\` is a list of at least one ${what}`);
  return Object.freeze(value.map(read));
}

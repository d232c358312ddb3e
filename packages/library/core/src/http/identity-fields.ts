const PREFIX = 'x-workload-identity';
const SEPARATOR = /[^a-z0-9]/g;

/**
 * Tells whether a header or a trailer names a caller in a way nobody verified: its name starts with `x-workload-identity`, in
 * any case. Every character but letters and digits counts as a hyphen, such as `_` and `.`: what stands behind a handler may
 * make one variable of all of them (RFC 3875 section 4.1.18).
 */
export function isIdentityField(name: string): boolean {
  // Most names are told by their first letter; only X and x become x.
  if (name.length < PREFIX.length || (name[0] !== 'x' && name[0] !== 'X')) return false;
  return name.slice(0, PREFIX.length).toLowerCase().replace(SEPARATOR, '-') === PREFIX;
}

/** Takes such fields out of a list of names and values, and out of the objects that were made of it. */
export function dropIdentityFields(raw: string[], ...views: Record<string, unknown>[]): void {
  for (let at = raw.length - 2; at >= 0; at -= 2) {
    if (isIdentityField(raw[at] ?? '')) raw.splice(at, 2);
  }
  for (const view of views) {
    for (const name of Object.keys(view)) if (isIdentityField(name)) delete view[name];
  }
}

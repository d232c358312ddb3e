import type { JsonValue } from './claim-values.ts';
import { invalidClaim, isObject } from './json-object.ts';
import { LIMITS } from './limits.ts';

type Extension = { readonly [name: string]: JsonValue };

// The payload is level 1 and `ext` itself level 2.
const LEVELS = LIMITS.jsonDepth - 1;

/** Copies a value, frozen and without prototypes. Throws on what JSON cannot carry, so that it also serves the minter. */
function copyJson(value: unknown, levels: number): JsonValue {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string' && value.isWellFormed()) return value;
  if (typeof value !== 'object' || levels === 0)
    throw invalidClaim('ext', 'holds what the JSON of a token cannot carry');
  if (Array.isArray(value)) return Object.freeze(Array.from(value, (inner) => copyJson(inner, levels - 1)));
  const copy: Record<string, JsonValue> = Object.create(null);
  for (const [name, inner] of Object.entries(value)) {
    // Whoever copies the members of `ext` by assignment would set a prototype.
    if (name === '__proto__') throw invalidClaim('ext', 'has a member `__proto__`');
    if (!name.isWellFormed()) throw invalidClaim('ext', 'has a member name that is no text');
    copy[name] = copyJson(inner, levels - 1);
  }
  return Object.freeze(copy);
}

/** Reads `ext`: one object, at most 4 KiB as compact JSON. The result is a copy, frozen throughout. */
export function readExtension(value: unknown): Extension {
  if (!isObject(value)) throw invalidClaim('ext', 'is an object');
  const copy = copyJson(value, LEVELS);
  const text = JSON.stringify(copy);
  // A UTF-16 unit is at most three bytes of UTF-8: only a long text needs counting.
  const fits =
    text.length * 3 <= LIMITS.extensionBytes ||
    new TextEncoder().encode(text).length <= LIMITS.extensionBytes;
  if (!fits) throw invalidClaim('ext', `is at most ${LIMITS.extensionBytes} bytes`);
  return copy as Extension;
}

/** Tells whether {@link readExtension} takes a value. */
export function isExtension(value: unknown): value is Extension {
  try {
    readExtension(value);
    return true;
  } catch {
    return false;
  }
}

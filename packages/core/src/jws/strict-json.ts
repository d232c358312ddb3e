import { LIMITS } from '@workload-identity/contract';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;
const CLOSE_OBJECT = 0x7d;
const CLOSE_ARRAY = 0x5d;

/** Counts the members a JSON text spells out. Returns -1 where nesting passes the limit or a string never ends. */
function countMembers(text: string, maxDepth: number): number {
  let depth = 0;
  let members = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at + 1);
        if (at < 0) return -1;
        break;
      case COLON:
        members++;
        break;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        if (++depth > maxDepth) return -1;
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        depth--;
        break;
    }
  }
  return members;
}

function endOfString(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at > 0 && text.charCodeAt(at - 1) === BACKSLASH) {
    let slashes = 1;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
    at = text.indexOf('"', at + 1);
  }
  return at;
}

function countKept(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value);
  let kept = Array.isArray(value) ? 0 : inner.length;
  for (const one of inner) kept += countKept(one);
  return kept;
}

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, inner]) => name.isWellFormed() && isWellFormed(inner));
}

/**
 * Parses JSON with no room for two readings (RFC 8259 and RFC 7519 section 4): no repeated member name, however it is
 * escaped, no lone surrogate, no byte order mark, no nesting beyond the limit. Returns undefined for what breaks a rule.
 */
export function parseStrictJson(text: string, maxDepth: number = LIMITS.jsonDepth): unknown {
  const members = countMembers(text, maxDepth);
  if (members < 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  // A repeated name is spelled twice and kept once.
  if (countKept(value) !== members) return undefined;
  if (text.includes('\\u') && !isWellFormed(value)) return undefined;
  return value;
}

/** {@link parseStrictJson} over bytes, which must be valid UTF-8. */
export function parseStrictJsonBytes(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return undefined;
  }
  return parseStrictJson(text);
}

import { LIMITS } from '@workload-identity/contract';
import { parseCarefully } from './careful-json.ts';

const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;
const CLOSE_OBJECT = 0x7d;
const CLOSE_ARRAY = 0x5d;

/**
 * Counts the members a JSON text without escapes spells out. Returns -1 where nesting passes the limit or a string never
 * ends.
 */
function countMembers(text: string, maxDepth: number): number {
  let depth = 0;
  let members = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = text.indexOf('"', at + 1);
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

function countKept(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value);
  let kept = Array.isArray(value) ? 0 : inner.length;
  for (const one of inner) kept += countKept(one);
  return kept;
}

/**
 * Parses JSON with no room for two readings (RFC 8259 and RFC 7519 section 4): no repeated member name, however it is
 * escaped, no lone surrogate, no byte order mark, no nesting beyond the limit. Returns undefined for what breaks a rule.
 */
export function parseStrictJson(text: string, maxDepth: number = LIMITS.jsonDepth): unknown {
  if (!text.isWellFormed()) return undefined;
  if (text.includes('\\')) return parseCarefully(text, maxDepth);
  const members = countMembers(text, maxDepth);
  if (members < 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  // A repeated name is spelled twice and kept once.
  return countKept(value) === members ? value : undefined;
}

import type { Denied } from '@workload-identity/contract';
import type { Denials } from './snapshot.ts';

const WILDCARD = '/*';
// The first slash after the trust domain: no prefix ends before it.
const AFTER_SCHEME = 'spiffe://'.length;

/**
 * Makes a lookup out of denied names: identifiers, https URLs, and prefixes that end in `/*`. Its cost grows with the
 * segments of the name asked for and not with the number of denials.
 */
function names(patterns: readonly string[]): (identifier: string) => boolean {
  const exact = new Set<string>();
  const prefixes = new Set<string>();
  for (const text of patterns) {
    if (text.endsWith(WILDCARD)) prefixes.add(text.slice(0, -1));
    else exact.add(text);
  }
  return (identifier) => {
    if (exact.has(identifier)) return true;
    if (prefixes.size === 0) return false;
    for (let at = identifier.indexOf('/', AFTER_SCHEME); at >= 0; at = identifier.indexOf('/', at + 1)) {
      if (prefixes.has(identifier.slice(0, at + 1))) return true;
    }
    return false;
  };
}

/** Makes the denials of a bundle ready to ask. */
export function compileDenials(denied: Denied = {}): Denials {
  return Object.freeze({
    keys: new Set(denied.keys),
    tokens: new Set(denied.tokens),
    name: names(denied.subjects ?? []),
    issuedBefore: denied.issuedBefore === undefined ? 0 : Date.parse(denied.issuedBefore) / 1000,
  });
}

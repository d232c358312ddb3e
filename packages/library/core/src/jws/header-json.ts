import { LIMITS, WorkloadIdentityError } from '@workload-identity/contract';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;
const CLOSE_OBJECT = 0x7d;
const CLOSE_ARRAY = 0x5d;

function tooLarge(part: string): WorkloadIdentityError {
  return new WorkloadIdentityError('token_too_large', { detail: `its header has too many ${part}` });
}

function malformed(): WorkloadIdentityError {
  return new WorkloadIdentityError('token_malformed', { detail: 'the header is not strict JSON' });
}

// A value has at most a name and a text. What has more strings than that is no JSON, and each string costs a search.
const MAX_STRINGS = 2 * LIMITS.headerValues + 1;

/** What was counted in a text on the way to its end. */
interface Scan {
  at: number;
  escapes: number;
  strings: number;
  /** Where the next backslash is: it is looked for once, and not by every string before it. */
  backslash: number;
}

/** Goes to the end of a string, and counts its escapes. @param scan stands on its opening quote */
function skipString(text: string, scan: Scan): void {
  if (++scan.strings > MAX_STRINGS) throw malformed();
  let quote = text.indexOf('"', scan.at + 1);
  while (scan.backslash >= 0 && scan.backslash < quote) {
    // One outside of a string, where it is no JSON.
    if (scan.backslash < scan.at) throw malformed();
    if (++scan.escapes > LIMITS.headerEscapes) throw tooLarge('escapes');
    const next = scan.backslash + 2;
    if (quote < next) quote = text.indexOf('"', next);
    scan.backslash = text.indexOf('\\', next);
  }
  if (quote < 0) throw malformed();
  scan.at = quote;
}

/**
 * Counts the members a header spells out, and reads no more than it must to say no: whoever holds no key can send a header,
 * and 8 KiB of JSON can cost a hundred times a signature check. Whether the text is JSON is another question.
 */
function countMembers(text: string): number {
  const scan: Scan = { at: 0, escapes: 0, strings: 0, backslash: text.indexOf('\\') };
  let values = 0;
  let outside = 0;
  let depth = 0;
  let members = 0;
  let isEscaped = false;
  for (; scan.at < text.length; scan.at++) {
    const unit = text.charCodeAt(scan.at);
    if (unit === QUOTE) {
      const before = scan.escapes;
      skipString(text, scan);
      isEscaped = scan.escapes > before;
      continue;
    }
    if (++outside > LIMITS.headerOutsideStrings) throw tooLarge('characters outside of its strings');
    switch (unit) {
      case COLON:
        // Some versions of V8 let `JSON.parse` read an escaped name as another one, see careful-json.ts.
        if (isEscaped) throw malformed();
        members++;
        break;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        if (++depth > LIMITS.jsonDepth) throw malformed();
        if (++values > LIMITS.headerValues) throw tooLarge('members');
        break;
      case COMMA:
        if (++values > LIMITS.headerValues) throw tooLarge('members');
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        depth--;
        break;
    }
  }
  return members;
}

/** Counts the members that were kept. A string that is no text, which only escapes can spell, makes it NaN. */
function countKept(value: unknown): number {
  if (typeof value === 'string') return value.isWellFormed() ? 0 : Number.NaN;
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value);
  let kept = Array.isArray(value) ? 0 : inner.length;
  for (const one of inner) kept += countKept(one);
  return kept;
}

/**
 * Parses the header of a token: JSON with no room for two readings, as `parseStrictJson` reads it, within the limits of
 * the contract, and without escapes in names.
 * @throws WorkloadIdentityError `token_too_large`, `token_malformed`
 */
export function parseHeaderJson(text: string): unknown {
  if (!text.isWellFormed()) throw malformed();
  const members = countMembers(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed();
  }
  // A repeated name is spelled twice and kept once.
  if (countKept(value) !== members) throw malformed();
  return value;
}

import { LIMITS } from '@workload-identity/contract';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;

/**
 * Finds the end of a string, and counts its escapes. Without an end, -1.
 * @param at the place of its opening quote
 * @param escapes counts on; anything beyond what is left makes it -1
 */
function endOfString(text: string, at: number, escapes: { left: number }): number {
  let quote = text.indexOf('"', at + 1);
  let escape = text.indexOf('\\', at + 1);
  while (escape >= 0 && escape < quote) {
    if (--escapes.left < 0) return -1;
    const next = escape + 2;
    if (quote < next) quote = text.indexOf('"', next);
    escape = text.indexOf('\\', next);
  }
  return quote;
}

/**
 * Tells whether a header is small enough in its parts to be parsed: whoever holds no key can send one, and 8 KiB of JSON can
 * cost a hundred times a signature check. It reads no more than it must to say no. Whether the text is JSON is another
 * question.
 */
export function isWithinHeaderLimits(text: string): boolean {
  const escapes = { left: LIMITS.headerEscapes };
  let values: number = LIMITS.headerValues;
  let outside: number = LIMITS.headerOutsideStrings;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      at = endOfString(text, at, escapes);
      if (at < 0) return false;
    } else if (--outside < 0) {
      return false;
    } else if ((unit === COMMA || unit === OPEN_OBJECT || unit === OPEN_ARRAY) && --values < 0) {
      return false;
    }
  }
  return true;
}

/**
 * The names of the contract, read one character after the other from the ABNF of docs/contract/v1.md section 1.1 and from
 * section 2 of the SPIFFE-ID standard. Nothing here is a regular expression, and nothing comes from the code under test.
 */

type Within = (code: number) => boolean;

const isLower: Within = (code) => code >= 0x61 && code <= 0x7a;
const isUpper: Within = (code) => code >= 0x41 && code <= 0x5a;
const isDigit: Within = (code) => code >= 0x30 && code <= 0x39;
const isAlpha: Within = (code) => isLower(code) || isUpper(code);
const isVisible: Within = (code) => code >= 0x21 && code <= 0x7e;
const oneOf =
  (letters: string): Within =>
  (code) =>
    letters.includes(String.fromCharCode(code));

const dotDashUnderscore = oneOf('._-');
const isDomainLetter: Within = (code) => isLower(code) || isDigit(code) || dotDashUnderscore(code);
const isSegmentLetter: Within = (code) => isAlpha(code) || isDigit(code) || dotDashUnderscore(code);
const tilde = oneOf('._~-');
const isUrlLetter: Within = (code) => isAlpha(code) || isDigit(code) || tilde(code);
const colonDots = oneOf('._:-');
const isRoleLetter: Within = (code) => isLower(code) || isDigit(code) || colonDots(code);
const isTokenIdLetter: Within = (code) => isAlpha(code) || isDigit(code) || colonDots(code);
const isBase64url: Within = (code) => isAlpha(code) || isDigit(code) || code === 0x2d || code === 0x5f;

function all(text: string, within: Within, least: number, most: number): boolean {
  if (text.length < least || text.length > most) return false;
  for (let at = 0; at < text.length; at++) if (!within(text.charCodeAt(at))) return false;
  return true;
}

const MOST = 2_048;
const SPIFFE = 'spiffe://';

/** Where the part of letters that starts here ends. */
function runOf(text: string, from: number, within: Within): number {
  let at = from;
  while (at < text.length && within(text.charCodeAt(at))) at++;
  return at;
}

/** Reads `*( "/" segment )` to the end of the text. Returns how many segments, or -1. */
function segmentsTo(text: string, from: number, end: number, within: Within): number {
  let at = from;
  let count = 0;
  while (at < end) {
    if (text[at] !== '/') return -1;
    const stop = runOf(text, at + 1, within);
    const segment = text.slice(at + 1, Math.min(stop, end));
    if (segment === '' || segment === '.' || segment === '..') return -1;
    at += 1 + segment.length;
    count++;
  }
  return count;
}

/** Where the trust domain of `spiffe://…` ends, or -1. */
function endOfDomain(text: string): number {
  if (!text.startsWith(SPIFFE)) return -1;
  const end = runOf(text, SPIFFE.length, isDomainLetter);
  const length = end - SPIFFE.length;
  return length >= 1 && length <= 255 ? end : -1;
}

/** `trust-domain`. */
export const isTrustDomain = (text: string): boolean => all(text, isDomainLetter, 1, 255);

/** `workload-id`. */
export function isWorkloadId(text: string): boolean {
  if (text.length > MOST) return false;
  const end = endOfDomain(text);
  return end > 0 && segmentsTo(text, end, text.length, isSegmentLetter) >= 1;
}

/** `pattern`. */
export function isPattern(text: string): boolean {
  if (text.length > MOST) return false;
  if (!text.endsWith('/*')) return isWorkloadId(text);
  const end = endOfDomain(text);
  return end > 0 && end <= text.length - 2 && segmentsTo(text, end, text.length - 2, isSegmentLetter) >= 0;
}

/** Whether a pattern matches a workload identifier. */
export function matches(pattern: string, id: string): boolean {
  if (!pattern.endsWith('/*')) return pattern === id;
  const before = pattern.slice(0, -1);
  return id.length >= before.length && id.slice(0, before.length) === before;
}

/** The trust domain of an identifier or a pattern. */
export function domainOf(text: string): string {
  return text.slice(SPIFFE.length, endOfDomain(text));
}

/** `service-url`. */
export function isServiceUrl(text: string): boolean {
  const scheme = 'https://';
  if (text.length > MOST || !text.startsWith(scheme)) return false;
  const start = scheme.length;
  const first = text.charCodeAt(start);
  if (!(isLower(first) || isDigit(first))) return false;
  let at = runOf(text, start, (code) => isLower(code) || isDigit(code) || code === 0x2e || code === 0x2d);
  if (at - start > 254) return false;
  if (text[at] === ':') {
    const end = runOf(text, at + 1, isDigit);
    const digits = end - at - 1;
    if (digits < 1 || digits > 5 || text[at + 1] === '0') return false;
    at = end;
  }
  return segmentsTo(text, at, text.length, isUrlLetter) >= 0;
}

/** `issuer`. */
export const isIssuer = (text: string): boolean => isWorkloadId(text) || isServiceUrl(text);
/** `role`, and the method of `att`. */
export const isRole = (text: string): boolean => all(text, isRoleLetter, 1, 64);
/** `audience`. */
export const isAudience = (text: string): boolean => all(text, isVisible, 1, MOST);
/** `transaction`. */
export const isTransaction = (text: string): boolean => all(text, isVisible, 1, 256);
/** `token-id`. */
export const isTokenId = (text: string): boolean => all(text, isTokenIdLetter, 16, 128);
/** `line`. */
export const isLine = (text: string): boolean =>
  all(text, (code) => isVisible(code) || code === 0x20, 1, MOST);
const isZeroEnded = (text: string, length: number, last: string): boolean =>
  all(text, isBase64url, length, length) && last.includes(text.at(-1) as string);
/** `hash`: 32 bytes, with zero bits after the last. */
export const isHash = (text: string): boolean => isZeroEnded(text, 43, 'AEIMQUYcgkosw048');
/** `key-id`: 16 or 32 bytes, with zero bits after the last. */
export const isKeyId = (text: string): boolean => isHash(text) || isZeroEnded(text, 22, 'AQgw');
/** A member of a JWK that holds bytes. */
export const isJwkBytes = (text: string): boolean => all(text, isBase64url, 1, 1_366);
/** Text of the alphabet of base64url, of any length. */
export const isBase64urlText = (text: string): boolean => all(text, isBase64url, 0, Number.POSITIVE_INFINITY);

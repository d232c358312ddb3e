/**
 * Tells names of variables and files apart from secrets that were written where a name belongs: only what surely is a name
 * is shown. What surely is a secret was refused before, by the schema of the reference.
 */

const RANDOM_MIX = [/[a-z]/, /[A-Z]/, /[0-9]/];
const isMixed = (text: string): boolean => RANDOM_MIX.every((kind) => kind.test(text));

// Words in capitals, joined by underscores, each with at most four digits at its end. Base32 has digits among its letters.
const VARIABLE =
  /^(?=[A-Z_])_?(?:[A-Z]{1,24}[0-9]{0,4}|[0-9]{1,4})(?:_(?:[A-Z]{1,24}[0-9]{0,4}|[0-9]{1,4}))*$/;

/** Tells whether a text is surely the name of an environment variable: capitals and underscores, no random mix. */
export function looksLikeVariable(name: string): boolean {
  return name.length <= 128 && VARIABLE.test(name);
}

const PATH = /^(?:\.{0,2}\/|[A-Za-z]:[\\/])[^\p{Cc}]+$/u;
const FILE_NAME =
  /^[A-Za-z0-9_-][A-Za-z0-9_./-]*\.(?:bundle|cer|conf|crt|der|env|json|jwk|jws|jwt|key|p8|p12|pem|pin|secret|so|token|txt)$/;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const LONG_HEX = /^[0-9a-fA-F]{32,}$/;
const LONG_TEXT = /^[A-Za-z0-9+=_-]{32,}$/;
// With a slash in it, so that it may begin like a path.
const STANDARD_BASE64_TEXT = /^[A-Za-z0-9+/]{32,}={0,2}$/;

function looksRandom(segment: string): boolean {
  return LONG_HEX.test(segment) || (LONG_TEXT.test(segment) && isMixed(segment));
}

/**
 * Tells whether a text is surely the path of a file: it begins with `/`, `./`, `../` or a drive, or is a file name with a
 * usual extension, and nothing in it looks random.
 */
export function looksLikePath(text: string): boolean {
  if (text.length > 4_096 || !(PATH.test(text) || FILE_NAME.test(text))) return false;
  if (STANDARD_BASE64_TEXT.test(text) && isMixed(text)) return false;
  return !text
    .replaceAll(UUID, '')
    .split(/[/\\.]/)
    .some(looksRandom);
}

/**
 * Tells names of variables, files and tokens apart from secrets that were written where a name belongs: only what surely is a
 * name is shown. What surely is a secret was refused before, by the schema of the reference.
 */

const RANDOM_MIX = [/[a-z]/, /[A-Z]/, /[0-9]/];
const isMixed = (text: string): boolean => RANDOM_MIX.every((kind) => kind.test(text));

const RUN = /[A-Z]?[a-z]+|[A-Z]+|[0-9]+/g;

/**
 * Tells whether letters and digits change too often for words: in random base64 a run is about two characters long.
 * @param least how long runs are on average where there are words
 */
function changesOften(text: string, least: number): boolean {
  const runs = text.match(RUN) ?? [];
  return runs.join('').length < runs.length * least;
}

const CAPITALS = /^(?:[A-Z]{1,15}[0-9]{0,4}|[0-9]{1,4})$/;
const WORD = /^(?:[A-Za-z]{1,15}[0-9]{0,4}|[0-9]{1,4})$/;
// Such as K8S: letters and digits in any order.
const SHORT = /^[A-Za-z0-9]{1,4}$/;

/** Tells whether these are all words, at most one of them a short mixture. Base32 and most passwords have digits among their letters. */
function areWords(words: readonly string[], word: RegExp): boolean {
  const others = words.filter((one) => !word.test(one));
  return others.length === 0 || (others.length === 1 && SHORT.test(others[0] as string));
}

/** Tells whether a text is surely the name of an environment variable: words in capitals, joined by underscores. */
export function looksLikeVariable(name: string): boolean {
  if (name.length > 128 || !/^_?[A-Z][A-Z0-9_]*$/.test(name)) return false;
  return areWords(name.replace(/^_/, '').split('_'), CAPITALS);
}

const MOST_WORDS = 3;

/**
 * Tells whether a text is surely a label, such as that of a token in an HSM: a few words and numbers. A number alone may be
 * a PIN, and more words may be a passphrase.
 */
export function looksLikeLabel(text: string): boolean {
  if (text.length > 64 || !/^[A-Za-z]/.test(text)) return false;
  const words = text.split(/[ ._:/-]/);
  const long = words.filter((word) => /[A-Za-z]{3}/.test(word));
  // Labels are short, and may be written like `SoftHSM2`.
  return areWords(words, WORD) && long.length <= MOST_WORDS && !(text.length > 6 && changesOften(text, 2));
}

const PATH = /^(?:\.{0,2}\/|[A-Za-z]:[\\/])[^\p{Cc}]+$/u;
const FILE_NAME =
  /^[A-Za-z0-9_-][A-Za-z0-9_./-]*\.(?:bundle|cer|conf|crt|der|env|json|jwk|jws|jwt|key|p8|p12|pem|pin|secret|so|token|txt)$/;
const TOKEN = /(?:^|\s)eyJ/;
// What `mkdtemp` adds to a name.
const RANDOM_ENDING = /-[A-Za-z0-9]{6}$/;
const LONG_HEX = /^[0-9a-fA-F]{32,}$/;
const LONG_TEXT = /^[A-Za-z0-9+=_-]{20,}$/;
// With a slash in it, so that it may begin like a path.
const STANDARD_BASE64_TEXT = /^(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9+/]{16,}={0,2}$/;

function looksRandom(segment: string): boolean {
  const name = segment.replace(RANDOM_ENDING, '');
  return LONG_HEX.test(name) || (LONG_TEXT.test(name) && isMixed(name) && changesOften(name, 3));
}

/**
 * Tells whether a text is surely the path of a file: it begins with `/`, `./`, `../` or a drive, or is a file name with a
 * usual extension, and nothing in it looks random.
 */
export function looksLikePath(text: string): boolean {
  if (text.length > 4_096 || !(PATH.test(text) || FILE_NAME.test(text))) return false;
  if (TOKEN.test(text) || (STANDARD_BASE64_TEXT.test(text) && changesOften(text, 3))) return false;
  return !text.split(/[/\\.]/).some(looksRandom);
}

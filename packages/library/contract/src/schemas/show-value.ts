const MAX_SHOWN = 60;

// A segment with one of these in its name holds a secret, and so does everything below it.
const SECRET_BRANCH = /secret|passw|passphrase|\bpin\b|^pin|Pin$|private|credential|token|^(?:key|next)$/i;
// A value right here is key material, or was written where its reference belongs; members below it, such as `alg`, are not.
const SECRET_LEAF = /^(?:env|file|keys?|anchors|pem|d|p|q|dp|dq|qi|oth|k|priv|x|y|n|e)$/i;
// A PEM block, the start of a token, or a run that could be a key or a hash.
const SECRET_LOOK = /-----BEGIN|eyJ|[A-Za-z0-9+/_=-]{22}/;
// No secret has this form, and an identifier is worth seeing.
const IDENTIFIER_LOOK = /^spiffe:\/\/[^@:]*$/;

/** Where in a document something stands. */
export type Path = readonly PropertyKey[];

function mayHoldSecret(path: Path): boolean {
  const names = path.filter((segment) => typeof segment === 'string');
  // The document itself is a string only when something else was read in its place.
  if (names.length === 0) return true;
  return names.some((name) => SECRET_BRANCH.test(name)) || SECRET_LEAF.test(names.at(-1) ?? '');
}

function shorten(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1)}…`;
}

/** Escapes what a terminal or a log would interpret. */
function escaped(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

/** Says what was found, in a form that is safe to log: nothing that could be a secret, nothing long, nothing unescaped. */
export function showValue(value: unknown, path: Path): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `an array of ${plural(value.length, 'item')}`;
  if (value === null) return 'null';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') {
    const hide = mayHoldSecret(path) || (SECRET_LOOK.test(value) && !IDENTIFIER_LOOK.test(value));
    return hide ? `a string of ${plural(value.length, 'character')}` : shorten(escaped(value));
  }
  return mayHoldSecret(path) ? `a ${typeof value}` : shorten(String(value));
}

const SHOWN_KEY = /^[A-Za-z_$][A-Za-z0-9_$#.-]{0,31}$/;

/** A member name, when it looks like one. What does not may be a secret in the wrong place. */
export function showKey(key: string): string {
  return SHOWN_KEY.test(key) && !SECRET_LOOK.test(key)
    ? `\`${key}\``
    : `of ${plural(key.length, 'character')}`;
}

/** Writes a path as a person would: `authorities[0].keys[1].alg`. */
export function showPath(path: Path): string {
  if (path.length === 0) return 'the document';
  return path
    .map((segment, at) => {
      if (typeof segment === 'number') return `[${segment}]`;
      const name = String(segment);
      if (!SHOWN_KEY.test(name)) return `[${shorten(escaped(name))}]`;
      return at === 0 ? name : `.${name}`;
    })
    .join('');
}

/** A JSON value as the strict reading gives it. Objects are maps: no name of a member means anything to JavaScript. */
export type Json = null | boolean | number | string | readonly Json[] | JsonMembers;
export type JsonMembers = ReadonlyMap<string, Json>;

/** Thrown inside the reader alone. */
class NotStrict extends Error {}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const isDigit = (letter: string | undefined): boolean =>
  letter !== undefined && letter >= '0' && letter <= '9';

/** RFC 8259, one character after the other, with the rules of docs/contract/v1.md section 2 on top. */
class Reader {
  readonly #text: string;
  readonly #deepest: number;
  #at = 0;
  /** Whether a name of a member was written with an escape. */
  hasEscapedName = false;

  constructor(text: string, deepest: number) {
    this.#text = text;
    this.#deepest = deepest;
  }

  document(): Json {
    this.#space();
    const value = this.#value(1);
    this.#space();
    if (this.#at !== this.#text.length) throw new NotStrict();
    return value;
  }

  #space(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? 'x')) this.#at++;
  }

  #take(expected: string): void {
    if (!this.#text.startsWith(expected, this.#at)) throw new NotStrict();
    this.#at += expected.length;
  }

  #value(depth: number): Json {
    const first = this.#text[this.#at];
    if (first === '"') return this.#string();
    if (first === '{' || first === '[') {
      if (depth > this.#deepest) throw new NotStrict();
      return first === '{' ? this.#object(depth) : this.#array(depth);
    }
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (first !== word[0]) continue;
      this.#take(word);
      return value;
    }
    return this.#number();
  }

  #object(depth: number): Json {
    const members = new Map<string, Json>();
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === '}') {
      this.#at++;
      return members;
    }
    for (;;) {
      this.#space();
      const start = this.#at;
      const name = this.#string();
      if (this.#text.slice(start, this.#at).includes('\\')) this.hasEscapedName = true;
      if (members.has(name)) throw new NotStrict();
      this.#space();
      this.#take(':');
      this.#space();
      members.set(name, this.#value(depth + 1));
      this.#space();
      if (this.#text[this.#at] !== ',') break;
      this.#at++;
    }
    this.#take('}');
    return members;
  }

  #array(depth: number): Json {
    const items: Json[] = [];
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === ']') {
      this.#at++;
      return items;
    }
    for (;;) {
      this.#space();
      items.push(this.#value(depth + 1));
      this.#space();
      if (this.#text[this.#at] !== ',') break;
      this.#at++;
    }
    this.#take(']');
    return items;
  }

  #string(): string {
    this.#take('"');
    let value = '';
    for (;;) {
      const letter = this.#text[this.#at++];
      if (letter === undefined || letter < ' ') throw new NotStrict();
      if (letter === '"') break;
      value += letter === '\\' ? this.#escape() : letter;
    }
    if (hasLoneSurrogate(value)) throw new NotStrict();
    return value;
  }

  #escape(): string {
    const letter = this.#text[this.#at++] ?? '';
    if (letter !== 'u') {
      const value = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
      if (value === undefined) throw new NotStrict();
      return value;
    }
    let unit = 0;
    for (let digit = 0; digit < 4; digit++) {
      const value = '0123456789abcdef'.indexOf((this.#text[this.#at++] ?? 'x').toLowerCase());
      if (value < 0) throw new NotStrict();
      unit = unit * 16 + value;
    }
    return String.fromCharCode(unit);
  }

  #digits(): void {
    if (!isDigit(this.#text[this.#at])) throw new NotStrict();
    while (isDigit(this.#text[this.#at])) this.#at++;
  }

  #number(): number {
    const start = this.#at;
    if (this.#text[this.#at] === '-') this.#at++;
    if (this.#text[this.#at] === '0') this.#at++;
    else this.#digits();
    if (this.#text[this.#at] === '.') {
      this.#at++;
      this.#digits();
    }
    if (this.#text[this.#at] === 'e' || this.#text[this.#at] === 'E') {
      this.#at++;
      if (this.#text[this.#at] === '+' || this.#text[this.#at] === '-') this.#at++;
      this.#digits();
    }
    return Number(this.#text.slice(start, this.#at));
  }
}

function hasLoneSurrogate(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const low = text.charCodeAt(at + 1);
    if (unit > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) return true;
    at++;
  }
  return false;
}

/** Reads a JSON text strictly: no name twice, no lone surrogate, at most so deep. Undefined for anything else. */
export function strictJson(text: string, deepest: number): Json | undefined {
  try {
    return new Reader(text, deepest).document();
  } catch (error) {
    if (error instanceof NotStrict) return undefined;
    throw error;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What the contract limits of a header, counted over its text. */
interface HeaderCounts {
  /** `,` `{` `[` outside of strings. */
  readonly marks: number;
  readonly outside: number;
  readonly escapes: number;
}

function countHeader(text: string): HeaderCounts {
  let [marks, outside, escapes, inString] = [0, 0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (letter === '"') inString = !inString;
    else if (!inString) {
      outside++;
      if (',{['.includes(letter)) marks++;
    } else if (letter === '\\') {
      escapes++;
      at++;
    }
  }
  return { marks, outside, escapes };
}

/** Reads a header: its value, or the codes it may be refused with (steps 1 and 2 of section 4). */
export function readHeaderText(bytes: Uint8Array): { readonly value: Json } | readonly string[] {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return ['token_malformed'];
  }
  const { marks, outside, escapes } = countHeader(text);
  const isTooLarge = marks > 32 || outside > 512 || escapes > 256;
  const reader = new Reader(text, 8);
  try {
    const value = reader.document();
    if (isTooLarge && reader.hasEscapedName) return ['token_too_large', 'token_malformed'];
    if (isTooLarge) return ['token_too_large'];
    return reader.hasEscapedName ? ['token_malformed'] : { value };
  } catch (error) {
    if (!(error instanceof NotStrict)) throw error;
    // What is no JSON has no parts that could be counted for certain.
    return isTooLarge ? ['token_too_large', 'token_malformed'] : ['token_malformed'];
  }
}

/** The same for bytes: UTF-8 without a byte order mark. */
export function strictJsonOf(bytes: Uint8Array, deepest: number): Json | undefined {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return undefined;
  }
  return strictJson(text, deepest);
}

/** Tells an object from all other values. */
export function isMembers(value: Json | undefined): value is JsonMembers {
  return value instanceof Map;
}

/** Compact JSON, the members in the order of their names. */
export function compact(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(compact).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'nothing';
  const members = value instanceof Map ? [...value] : Object.entries(value);
  const written = members.map(([name, inner]) => `${JSON.stringify(name)}:${compact(inner)}`);
  return `{${written.sort().join(',')}}`;
}

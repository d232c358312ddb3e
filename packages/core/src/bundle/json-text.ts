/** What a JSON text says, and every mistake in its form with its line and column. */
export interface JsonText {
  /** Undefined where the text is not JSON. */
  readonly value?: unknown;
  readonly mistakes: readonly string[];
}

const MAX_DEPTH = 32;
const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"/uy;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![A-Za-z0-9.+-])/y;

const HINTS: Readonly<Record<string, string>> = {
  '/': 'JSON has no comments; remove it',
  "'": 'strings and names stand in double quotes',
  '\uFEFF': 'a byte order mark; save the text as UTF-8 without one',
};

// Nothing else is shown: it could be part of a secret.
const SHOWN = /[{}[\],:"'/]/;

/** Ends the reading at the first mistake after which nothing can be trusted. */
class Unreadable extends Error {}

/** Reads a JSON text for its form alone: `JSON.parse` would not say where, and might quote a secret. */
class FormReader {
  readonly mistakes: string[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): boolean {
    try {
      this.#value(1);
      this.#expect('', 'nothing more');
      return true;
    } catch (error) {
      if (error instanceof Unreadable) return false;
      throw error;
    }
  }

  #value(depth: number): void {
    this.#match(SPACE);
    if (depth > MAX_DEPTH) this.#fail(`at most ${MAX_DEPTH} levels`);
    switch (this.#peek()) {
      case '{': {
        const names = new Set<string>();
        this.#list('}', () => this.#member(depth, names));
        break;
      }
      case '[':
        this.#list(']', () => this.#value(depth + 1));
        break;
      case '"':
        this.#string('a string on one line, with its end and valid escapes');
        break;
      default:
        if (this.#match(SCALAR) === undefined) this.#fail('a value');
    }
  }

  #list(end: string, element: () => void): void {
    this.#at++;
    this.#match(SPACE);
    if (this.#peek() !== end) {
      element();
      this.#match(SPACE);
      while (this.#peek() === ',') {
        this.#at++;
        this.#match(SPACE);
        if (this.#peek() === end) this.#fail(`no comma before \`${end}\``);
        element();
        this.#match(SPACE);
      }
    }
    this.#expect(end, `\`,\` or \`${end}\``);
  }

  #member(depth: number, names: Set<string>): void {
    const start = this.#at;
    const name = JSON.parse(this.#string('a name in double quotes')) as string;
    if (names.has(name))
      this.mistakes.push(
        `${this.#position(start)}: found this name a second time; allowed: once; remove one`,
      );
    names.add(name);
    this.#match(SPACE);
    this.#expect(':', '`:` after the name');
    this.#value(depth + 1);
  }

  #string(expected: string): string {
    return this.#match(STRING) ?? this.#fail(expected);
  }

  #expect(token: string, expected: string): void {
    this.#match(SPACE);
    if (token === '' ? this.#at < this.#text.length : this.#peek() !== token) this.#fail(expected);
    this.#at += token.length;
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    this.#at += found?.length ?? 0;
    return found;
  }

  #position(at: number): string {
    const before = this.#text.slice(0, at).split('\n');
    return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
  }

  #fail(expected: string): never {
    const unit = this.#peek();
    const found = unit === '' ? 'the end of the text' : SHOWN.test(unit) ? `\`${unit}\`` : 'something else';
    const hint = HINTS[unit] === undefined ? '' : `; ${HINTS[unit]}`;
    this.mistakes.push(`${this.#position(this.#at)}: found ${found}; allowed: ${expected}${hint}`);
    throw new Unreadable();
  }
}

/** Reads a JSON text strictly (RFC 8259): no comments, no trailing commas, no name twice in one object. */
export function readJsonText(text: string): JsonText {
  const form = new FormReader(text);
  return form.read() ? { value: JSON.parse(text), mistakes: form.mistakes } : { mistakes: form.mistakes };
}

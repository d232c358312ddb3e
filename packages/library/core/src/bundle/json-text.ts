/** What a JSON text says, and the mistakes in its form with their lines and columns. */
export interface JsonText {
  /** Undefined where the text was not read to its end: it is not JSON, or has 20 mistakes. */
  readonly value?: unknown;
  readonly mistakes: readonly string[];
}

const MAX_DEPTH = 32;
const MAX_MISTAKES = 20;
const SPACE = /[ \t\r\n]*/y;
// A string is read in pieces: one pattern for the whole of it runs out of stack at 8 MiB.
const NOT_PLAIN = /["\\\p{Cc}]/gu;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![A-Za-z0-9.+-])/y;

const HINTS: Readonly<Record<string, string>> = {
  '/': 'JSON has no comments; remove it',
  "'": 'strings and names stand in double quotes',
  '\uFEFF': 'a byte order mark; save the text as UTF-8 without one',
};

// Nothing else is shown: it could be part of a secret.
const SHOWN = /[{}[\],:"'/]/;

/** Ends the reading at a mistake after which nothing can be trusted, or at one too many. */
class Unreadable extends Error {}

function find(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Reads a JSON text for its form alone: `JSON.parse` would not say where, and might quote a secret. */
class FormReader {
  readonly mistakes: string[] = [];
  readonly #text: string;
  #at = 0;
  // The line of the last position asked for: they only ever go forward.
  #line = 1;
  #lineStart = 0;

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
    if (names.has(name)) this.#repeated(start);
    names.add(name);
    this.#match(SPACE);
    this.#expect(':', '`:` after the name');
    this.#value(depth + 1);
  }

  #string(expected: string): string {
    const start = this.#at;
    if (this.#peek() !== '"') this.#fail(expected);
    let at = start + 1;
    for (;;) {
      at = find(NOT_PLAIN, this.#text, at)?.index ?? this.#text.length;
      if (this.#text.charAt(at) === '"') break;
      const [found] = find(ESCAPE, this.#text, at) ?? [];
      if (found === undefined) this.#fail(expected);
      at += found.length;
    }
    this.#at = at + 1;
    return this.#text.slice(start, this.#at);
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
    const [found] = find(pattern, this.#text, this.#at) ?? [];
    this.#at += found?.length ?? 0;
    return found;
  }

  #position(at: number): string {
    let end = this.#text.indexOf('\n', this.#lineStart);
    while (end !== -1 && end < at) {
      this.#line++;
      this.#lineStart = end + 1;
      end = this.#text.indexOf('\n', this.#lineStart);
    }
    return `line ${this.#line}, column ${at - this.#lineStart + 1}`;
  }

  #repeated(at: number): void {
    const mistake = `${this.#position(at)}: found this name a second time; allowed: once; remove one`;
    const isLast = this.mistakes.length === MAX_MISTAKES - 1;
    this.mistakes.push(isLast ? `${mistake}; what follows was not read` : mistake);
    if (isLast) throw new Unreadable();
  }

  #fail(expected: string): never {
    const unit = this.#peek();
    const found = unit === '' ? 'the end of the text' : SHOWN.test(unit) ? `\`${unit}\`` : 'something else';
    const hint = HINTS[unit] === undefined ? '' : `; ${HINTS[unit]}`;
    this.mistakes.push(`${this.#position(this.#at)}: found ${found}; allowed: ${expected}${hint}`);
    throw new Unreadable();
  }
}

/**
 * Reads a JSON text strictly (RFC 8259): no comments, no trailing commas, no name twice in one object. It tells of at most
 * 20 mistakes, in time that grows with the length of the text and no faster.
 */
export function readJsonText(text: string): JsonText {
  const form = new FormReader(text);
  return form.read() ? { value: JSON.parse(text), mistakes: form.mistakes } : { mistakes: form.mistakes };
}

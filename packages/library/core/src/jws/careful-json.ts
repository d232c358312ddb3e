const LITERAL = /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)/y;
const SPACE = /[ \t\n\r]*/y;

/** What breaks a rule. It never leaves this module. */
class Refused extends Error {}

/** Reads one JSON text from its beginning to its end. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(levels: number): unknown {
    const value = this.#value(levels);
    this.#match(SPACE);
    if (this.#at < this.#text.length) throw new Refused();
    return value;
  }

  #value(levels: number): unknown {
    this.#match(SPACE);
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(levels - 1);
      case '[':
        return this.#array(levels - 1);
      case '"':
        return this.#string();
      default:
        return JSON.parse(this.#match(LITERAL));
    }
  }

  #object(levels: number): unknown {
    const members = new Map<string, unknown>();
    this.#items('}', levels, () => {
      if (this.#text[this.#at] !== '"') throw new Refused();
      const name = this.#string();
      this.#match(SPACE);
      if (members.has(name) || !this.#take(':')) throw new Refused();
      members.set(name, this.#value(levels));
    });
    return Object.fromEntries(members);
  }

  #array(levels: number): unknown {
    const items: unknown[] = [];
    this.#items(']', levels, () => items.push(this.#value(levels)));
    return items;
  }

  #items(close: string, levels: number, read: () => void): void {
    if (levels < 0) throw new Refused();
    this.#at++;
    this.#match(SPACE);
    if (this.#take(close)) return;
    do {
      this.#match(SPACE);
      read();
      this.#match(SPACE);
    } while (this.#take(','));
    if (!this.#take(close)) throw new Refused();
  }

  #string(): string {
    const start = this.#at;
    do {
      this.#at = this.#text.indexOf('"', this.#at + 1);
      if (this.#at < 0) throw new Refused();
    } while (this.#isEscaped(start));
    const value = JSON.parse(this.#text.slice(start, ++this.#at)) as string;
    if (!value.isWellFormed()) throw new Refused();
    return value;
  }

  /** Tells whether an odd number of backslashes stands before the quote here. */
  #isEscaped(start: number): boolean {
    let from = this.#at;
    while (from - 1 > start && this.#text[from - 1] === '\\') from--;
    return (this.#at - from) % 2 === 1;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found === undefined) throw new Refused();
    this.#at += found.length;
    return found;
  }

  #take(letter: string): boolean {
    if (this.#text[this.#at] !== letter) return false;
    this.#at++;
    return true;
  }
}

/**
 * Parses JSON as RFC 8259 has it, without repeated names, lone surrogates, or more levels than given. It is for texts with
 * escapes: some versions of V8 let `JSON.parse` read an escaped member name as another one, once somebody had it parse a
 * name that ends in a backslash (https://github.com/nodejs/node/issues/63785). Values are not affected: they are
 * left to `JSON.parse`.
 */
export function parseCarefully(text: string, levels: number): unknown {
  try {
    return new Reader(text).document(levels);
  } catch (error) {
    if (error instanceof Refused || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

import type { IncomingMessage } from 'node:http';
import type { Call } from './adapter.ts';

/** The names in a list of names and values. */
function namesIn(raw: readonly string[]): string[] {
  return raw.filter((_, at) => at % 2 === 0);
}

/** Notes the name of every field a request of Node shows: from the first moment a handler can look until after the end. */
export class FieldWatch {
  readonly #request: IncomingMessage;
  readonly #headers = new Set<string>();
  readonly #trailers = new Set<string>();

  constructor(request: IncomingMessage) {
    this.#request = request;
    this.#look();
    request.once('end', () => this.#look());
  }

  /** Looks until the request has ended. It reads what nobody has read. */
  async toTheEnd(): Promise<Pick<Call, 'headerNames' | 'trailerNames'>> {
    const request = this.#request;
    while (!request.complete) await new Promise((resolve) => setImmediate(resolve));
    this.#look();
    if (!request.readableEnded) await new Promise((resolve) => request.on('end', resolve).resume());
    this.#look();
    return { headerNames: [...this.#headers], trailerNames: [...this.#trailers] };
  }

  #look(): void {
    const { headers, headersDistinct, rawHeaders, trailers, trailersDistinct, rawTrailers } = this.#request;
    const add = (to: Set<string>, ...views: (readonly string[])[]) => {
      for (const name of views.flat()) to.add(name);
    };
    add(this.#headers, Object.keys(headers), Object.keys(headersDistinct), namesIn(rawHeaders));
    add(this.#trailers, Object.keys(trailers), Object.keys(trailersDistinct), namesIn(rawTrailers));
  }
}

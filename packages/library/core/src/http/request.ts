/** What the rules below need of a request, whichever framework brought it. */
export interface HttpRequest {
  /** In upper case, as it stood on the request line. */
  readonly method: string;
  /** Every value of a header by its lower-case name, one for each time it was sent where the platform tells them apart. */
  header(name: string): readonly string[];
}

/** What {@link nodeRequest} reads of a request of `node:http` or `node:http2`. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly headers: { [name: string]: string | string[] | undefined };
  readonly rawHeaders: string[];
  readonly headersDistinct?: { [name: string]: string[] | undefined };
}

/** What {@link fetchRequest} reads of a `Request`. */
export interface FetchRequest {
  readonly method: string;
  readonly headers: { get(name: string): string | null };
}

const NONE: readonly never[] = Object.freeze([]);

class RequestOfNode implements HttpRequest {
  readonly #request: NodeRequest;

  constructor(request: NodeRequest) {
    this.#request = request;
  }

  get method(): string {
    return this.#request.method ?? '';
  }

  header(name: string): readonly string[] {
    const { rawHeaders, headers } = this.#request;
    let values: string[] | undefined;
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
      const raw = rawHeaders[at] ?? '';
      // Names are ASCII: in lower case they are as long as before.
      if (raw.length !== name.length || raw.toLowerCase() !== name) continue;
      values ??= [];
      values.push(rawHeaders[at + 1] ?? '');
    }
    if (values !== undefined) return values;
    const parsed = Object.hasOwn(headers, name) ? headers[name] : undefined;
    return parsed === undefined ? NONE : [parsed].flat();
  }
}

/**
 * A request of Node. It is read from `rawHeaders`, because `headers` drops the second of two `Authorization` headers.
 * Only a header the raw ones do not have is taken from `headers`: some platforms fill nothing else.
 */
export function nodeRequest(request: NodeRequest): HttpRequest {
  return new RequestOfNode(request);
}

/** A request of the Fetch standard. Its headers join several values with a comma: such a credential is refused. */
export function fetchRequest(request: FetchRequest): HttpRequest {
  return {
    method: request.method,
    header(name) {
      const value = request.headers.get(name);
      return value === null ? NONE : [value];
    },
  };
}

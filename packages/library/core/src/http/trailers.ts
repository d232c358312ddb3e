import { dropIdentityFields } from './identity-fields.ts';
import type { NodeRequest } from './request.ts';

/** A stream of HTTP/2. Its trailers come with the event `trailers`: an object, flags, and a list. */
interface Stream {
  readonly endAfterHeaders: boolean;
  emit(event: string | symbol, ...values: readonly unknown[]): boolean;
}

/** What a request of Node has beside its headers; another platform may have made one that has less. */
export interface TrailingRequest extends NodeRequest {
  readonly httpVersionMajor?: number;
  readonly stream?: Stream;
  readonly rawTrailers?: string[];
  readonly trailers?: Record<string, unknown>;
  readonly trailersDistinct?: Record<string, unknown>;
  /** The parser of HTTP/1 hands over trailers with this, behind the body: a list of names and values, and its length. */
  _addHeaderLines?(fields: readonly string[], length: number): void;
}

const CODING = 'transfer-encoding';
// Node 20 leaves out fields beyond `maxHeadersCount`, and the coding may be one of them; never of the first 31, though.
const FIRST_BATCH = 2 * 31;

const guarded = new WeakSet<object>();

/**
 * Tells the header without which a request of HTTP/1 has no trailers. With `insecureHTTPParser` a space may stand behind the
 * name: it is part of the name then, and the parser reads chunks nevertheless.
 */
export function isTransferCoding(name: string): boolean {
  if (name.length < CODING.length || (name[0] !== 't' && name[0] !== 'T')) return false;
  return name.slice(0, CODING.length).toLowerCase() === CODING;
}

/**
 * Tells whether trailers can follow. Most requests cannot have any, and are left alone: over HTTP/1 only a body in chunks has
 * trailers (RFC 9112 section 7.1.2), and over HTTP/2 nothing follows a stream that ended with its headers.
 *
 * @param coded whether a transfer coding stands among the raw headers
 */
export function mayHaveTrailers(request: TrailingRequest, coded: boolean): boolean {
  if (request.httpVersionMajor === 2) return request.stream?.endAfterHeaders !== true;
  return coded || request.rawHeaders.length >= FIRST_BATCH || Object.hasOwn(request.headers, CODING);
}

/** The request that the parser knows, where somebody made an object that inherits from it. */
function received(request: TrailingRequest): TrailingRequest {
  for (let one = request; one !== null; one = Object.getPrototypeOf(one)) {
    if (Object.hasOwn(one, 'rawTrailers')) return one;
  }
  return request;
}

function define(target: object, name: string, descriptor: PropertyDescriptor): void {
  Object.defineProperty(target, name, { __proto__: null, configurable: true, ...descriptor } as object);
}

/** Shows no trailers at all, because here is no place where some of them could be taken out. */
function hideTrailers(request: TrailingRequest): void {
  const hide = (name: string, get: () => unknown) => define(request, name, { get, set: () => undefined });
  hide('rawTrailers', () => []);
  hide('trailers', () => ({}));
  hide('trailersDistinct', () => ({}));
}

function guardMessage(request: TrailingRequest): void {
  const { rawTrailers = [], _addHeaderLines: add } = request;
  if (typeof add !== 'function') {
    hideTrailers(request);
    return;
  }
  // Looked at too early, `trailersDistinct` would stay empty: Node makes it once, of what is there then.
  if (rawTrailers.length > 0) {
    dropIdentityFields(rawTrailers, request.trailers ?? {}, request.trailersDistinct ?? {});
  }
  const addOthers: typeof add = (fields, length) => {
    const others = fields.slice(0, length);
    dropIdentityFields(others);
    add.call(request, others, others.length);
  };
  define(request, '_addHeaderLines', { value: addOthers, writable: true });
}

function guardStream(request: TrailingRequest, stream: Stream): void {
  dropIdentityFields(request.rawTrailers ?? [], request.trailers ?? {});
  const { emit } = stream;
  // Not in a listener: a handler may put its own before it.
  const emitOthers: typeof emit = (event, ...values) => {
    const [parsed, , raw] = values;
    if (event === 'trailers') dropIdentityFields(raw as string[], parsed as Record<string, unknown>);
    return emit.call(stream, event, ...values);
  };
  define(stream, 'emit', { value: emitOthers, writable: true });
}

/**
 * Takes fields that name a caller out of the trailers of a request: out of those that have come, and out of those to come
 * before anything sees them. The others are where they always are: in `trailers`, `trailersDistinct` and `rawTrailers`, and in
 * the event `trailers` of an HTTP/2 stream.
 */
export function guardTrailers(request: TrailingRequest): void {
  const { httpVersionMajor, stream } = request;
  const target = httpVersionMajor === 2 && stream !== undefined ? stream : received(request);
  if (guarded.has(target)) return;
  guarded.add(target);
  if (target === stream) guardStream(request, stream);
  else guardMessage(target as TrailingRequest);
}

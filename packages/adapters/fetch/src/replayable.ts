/** Tells whether a request can be sent again: a stream given as body can be read only once. */
export function isReplayable(init: RequestInit | undefined): boolean {
  const body = init?.body;
  if (typeof body !== 'object' || body === null) return true;
  return !(body instanceof ReadableStream || Symbol.asyncIterator in body);
}

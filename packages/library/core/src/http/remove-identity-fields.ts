import { dropIdentityFields, isIdentityField } from './identity-fields.ts';
import type { NodeRequest } from './request.ts';
import { guardTrailers, isTransferCoding, mayHaveTrailers } from './trailers.ts';

/**
 * Takes every field that names a caller off a request of `node:http` or `node:http2`, so that no handler can take one for a
 * verified caller: see {@link isIdentityField}. For a handler there are none
 *
 * - in `headers`, `rawHeaders` and `headersDistinct`, whichever of them was read before;
 * - in `trailers`, `rawTrailers` and `trailersDistinct`, nor in the event `trailers` of an HTTP/2 stream, whenever it looks:
 *   trailers come behind the body, long after this function has returned;
 * - in a request that `upgrade` or `connect` gave to the framework, which is a request like every other.
 *
 * A value is never touched: a name that stands in `Connection` or `Trailer` names a field and is none.
 */
export function removeIdentityFields(request: NodeRequest): void {
  const { rawHeaders, headers } = request;
  let named = false;
  let coded = false;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (isIdentityField(name)) named = true;
    else if (isTransferCoding(name)) coded = true;
  }
  if (named || Object.keys(headers).some(isIdentityField)) {
    // Node makes `headersDistinct` from the raw ones when it is first read, and fails once there are fewer of them.
    dropIdentityFields(rawHeaders, headers, request.headersDistinct ?? {});
  }
  if (mayHaveTrailers(request, coded)) guardTrailers(request);
}

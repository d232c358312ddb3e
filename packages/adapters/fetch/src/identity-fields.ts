import { isIdentityField, type NodeRequest, removeIdentityFields } from '@workload-identity/core/http';

/** Some platforms give requests whose headers cannot be changed: that throws, or changes nothing. */
function deleteHeaders(request: Request, names: readonly string[]): boolean {
  try {
    for (const name of names) request.headers.delete(name);
  } catch {
    return false;
  }
  return !names.some((name) => request.headers.has(name));
}

/**
 * The request without the headers that name a caller: the same one where its headers can be changed, as on Node, so that
 * whoever else holds it sees none either. The Fetch standard has no trailers.
 */
export function withoutIdentityHeaders(request: Request): Request {
  const names = [...request.headers.keys()].filter(isIdentityField);
  if (names.length === 0 || deleteHeaders(request, names)) return request;
  const headers = new Headers(request.headers);
  for (const name of names) headers.delete(name);
  return new Request(request, { headers });
}

function isNodeRequest(value: unknown): value is NodeRequest {
  const { rawHeaders, headers } = (value ?? {}) as Partial<NodeRequest>;
  return Array.isArray(rawHeaders) && typeof headers === 'object' && headers !== null;
}

/**
 * Clears the request of Node that a server may pass on beside the one of the Fetch standard: alone, or as `incoming` or `req`,
 * as `@hono/node-server` and others do.
 */
export function clearNodeRequests(passedOn: readonly unknown[]): void {
  for (const value of passedOn) {
    const { incoming, req } = (value ?? {}) as { incoming?: unknown; req?: unknown };
    for (const one of [value, incoming, req]) if (isNodeRequest(one)) removeIdentityFields(one);
  }
}

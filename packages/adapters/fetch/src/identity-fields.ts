import { isIdentityField, type NodeRequest, removeIdentityFields } from '@workload-identity/core/http';

/** The request without the headers that name a caller. The Fetch standard has no trailers. */
export function withoutIdentityHeaders(request: Request): Request {
  const names = [...request.headers.keys()].filter(isIdentityField);
  if (names.length === 0) return request;
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

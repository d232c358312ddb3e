import type { NodeRequest } from './request.ts';

const PREFIX = 'x-workload-identity';

/**
 * Tells whether a header names a caller in a way nobody verified: it starts with `x-workload-identity`. An underscore
 * counts as a hyphen, because what stands behind a handler may take one for the other.
 */
export function isIdentityHeader(name: string): boolean {
  return name.toLowerCase().replaceAll('_', '-').startsWith(PREFIX);
}

/** Takes such headers off a request of Node, so that no handler can take them for a verified caller. */
export function removeIdentityHeaders(request: NodeRequest): void {
  const { rawHeaders, headers } = request;
  let found = false;
  // The raw ones first: Node makes the others from them when they are first read.
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
    if (!isIdentityHeader(rawHeaders[at] ?? '')) continue;
    rawHeaders.splice(at, 2);
    found = true;
  }
  for (const name of Object.keys(headers)) {
    if (!isIdentityHeader(name)) continue;
    delete headers[name];
    found = true;
  }
  const distinct = found ? request.headersDistinct : undefined;
  for (const name of Object.keys(distinct ?? {})) if (isIdentityHeader(name)) delete distinct?.[name];
}

import type { NodeRequest } from './request.ts';

const PREFIX = 'x-workload-identity';

/**
 * Tells whether a header names a caller in a way nobody verified: it starts with `x-workload-identity`. An underscore
 * counts as a hyphen, because what stands behind a handler may take one for the other.
 */
export function isIdentityHeader(name: string): boolean {
  // Most names are told by their first letter; only X and x become x.
  if (name.length < PREFIX.length || (name[0] !== 'x' && name[0] !== 'X')) return false;
  return name.toLowerCase().replaceAll('_', '-').startsWith(PREFIX);
}

/** Takes such headers off a request of Node, so that no handler can take them for a verified caller. */
export function removeIdentityHeaders(request: NodeRequest): void {
  const { rawHeaders, headers } = request;
  const raw = rawHeaders.some((name, at) => at % 2 === 0 && isIdentityHeader(name));
  if (!raw && !Object.keys(headers).some(isIdentityHeader)) return;
  // Node makes this from the raw headers when it is first read, and fails once there are fewer of them.
  const { headersDistinct = {} } = request;
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
    if (isIdentityHeader(rawHeaders[at] ?? '')) rawHeaders.splice(at, 2);
  }
  for (const parsed of [headers, headersDistinct]) {
    for (const name of Object.keys(parsed)) if (isIdentityHeader(name)) delete parsed[name];
  }
}

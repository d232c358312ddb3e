const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const MAX_REDIRECTS = 20;

/** Where a redirect leads, if that is the same origin: a token never goes to another one. */
function nextOf(url: string, { status, headers }: Response): string | undefined {
  const location = REDIRECTS.includes(status) ? headers.get('location') : null;
  if (location === null || !URL.canParse(location, url)) return undefined;
  const next = new URL(location, url);
  const same = next.origin === new URL(url).origin && next.username === '' && next.password === '';
  return same ? next.href : undefined;
}

/**
 * Follows the redirects of a `GET` or `HEAD` within its origin, at most 20. Every other redirect is given back as it
 * came: to follow it would send a body twice, or talk to somebody who is no target.
 */
export async function follow(
  request: Request,
  first: Response,
  send: (url: string) => Promise<Response>,
): Promise<Response> {
  let response = first;
  if (request.redirect !== 'follow' || (request.method !== 'GET' && request.method !== 'HEAD'))
    return response;
  let url = request.url;
  for (let hops = 0; hops < MAX_REDIRECTS; hops++) {
    const next = nextOf(url, response);
    if (next === undefined) break;
    await response.body?.cancel();
    url = next;
    response = await send(url);
  }
  return response;
}

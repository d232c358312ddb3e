import type { TokenSource } from '@workload-identity/core';
import { closedOptions } from '@workload-identity/core/http';
import { follow } from './follow.ts';
import { isReplayable } from './replayable.ts';
import { readTargets } from './targets.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Settings of {@link createFetch}. */
export interface FetchOptions {
  /** Which audience stands behind which origin, such as `{ 'https://billing.internal': 'spiffe://…/billing' }`. */
  readonly targets: Readonly<Record<string, string>>;
  /** What sends the requests. Default: the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * Sends tokens in clear text to `http` origins beyond this machine. Whoever listens can use them until they expire.
   * Only for networks that encrypt underneath, such as a service mesh. Default false.
   */
  readonly allowPlainHttp?: boolean;
}

const OPTIONS = ['targets', 'fetch', 'allowPlainHttp'] as const;
// A host can be as long as a URL, and a URL may come from a stranger.
const SHOWN = 300;
const BEARER_CHALLENGE = /(?:^|,)\s*bearer\s(.*)/i;
const INVALID_TOKEN = /\berror="?invalid_token"?\s*(?:,|$)/i;

/** Whether the peer says that the token, and not the caller, is the problem (RFC 6750 section 3.1). */
function refusesToken({ status, headers }: Response): boolean {
  const challenge = BEARER_CHALLENGE.exec(headers.get('www-authenticate') ?? '')?.[1];
  return status === 401 && challenge !== undefined && INVALID_TOKEN.test(challenge);
}

/**
 * Makes a `fetch` for talking to peers: each request carries a token for the audience of its origin. It talks to the
 * targets and to nobody else.
 *
 * - When the peer answers 401 `invalid_token`, the token is forgotten, a fresh one minted, and the request sent once
 *   more; unless its body is a stream, which can be read only once. The body of a `Request` object is kept in memory
 *   for that: give a large stream as `init.body`.
 * - Redirects of `GET` and `HEAD` are followed within the origin. Every other redirect comes back as the response.
 *
 * The returned function throws a `TypeError` for an origin that is no target and for a request that already has
 * `Authorization`; a `WorkloadIdentityError` when no token can be minted; and what `fetch` throws.
 *
 * @throws TypeError for a wrong identity or option
 */
export function createFetch(identity: TokenSource, options: FetchOptions): typeof globalThis.fetch {
  if (typeof identity?.tokenFor !== 'function' || typeof identity.forget !== 'function') {
    throw new TypeError(
      'an identity is required: something with `tokenFor(audience)` and `forget(audience)`',
    );
  }
  const read = closedOptions(options, OPTIONS);
  const { fetch = globalThis.fetch, allowPlainHttp = false } = read;
  if (typeof fetch !== 'function') throw new TypeError('`fetch` is a function');
  if (typeof allowPlainHttp !== 'boolean') throw new TypeError('`allowPlainHttp` is `true` or `false`');
  const targets = readTargets(read.targets, allowPlainHttp);

  return async (input, init) => {
    const request = new Request(input, init);
    const { origin } = new URL(request.url);
    const audience = targets.get(origin);
    if (audience === undefined) {
      throw new TypeError(`${origin.slice(0, SHOWN)} is not among the \`targets\` of this fetch`);
    }
    if (request.headers.has('authorization')) {
      throw new TypeError('the request already has `Authorization`, and one credential is all it may carry');
    }
    const redirect = request.redirect === 'follow' ? 'manual' : request.redirect;
    const send = (one: Request, token: string) => {
      const headers = new Headers(one.headers);
      headers.set('authorization', `Bearer ${token}`);
      return fetch(new Request(one, { headers, redirect }));
    };

    const again = isReplayable(init) ? request.clone() : undefined;
    let token = await unlessAborted(identity.tokenFor(audience), request.signal);
    let response = await send(request, token);
    if (again !== undefined && refusesToken(response)) {
      identity.forget(audience, token);
      const replacement = await unlessAborted(identity.tokenFor(audience), request.signal);
      if (replacement !== token) {
        await response.body?.cancel();
        token = replacement;
        response = await send(again, token);
      }
    }
    const { method, headers, signal } = request;
    return follow(request, response, (url) =>
      send(new Request(url, { ...init, method, headers, signal }), token),
    );
  };
}

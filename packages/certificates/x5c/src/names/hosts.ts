import { Flaw } from '../flaw.ts';

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*$`);
const NUMBER = /^(?:\d+|0x[0-9a-f]*)$/;

/** Tells whether a lower-case text is a host name (RFC 1123 section 2.1): letters, digits and hyphens, no address. */
export function isHost(text: string): boolean {
  return HOST.test(text) && !NUMBER.test(text.slice(text.lastIndexOf('.') + 1));
}

/** Tells whether a host is a domain or stands below it. */
export function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/**
 * The host of a URI in lower case, for constraints (RFC 5280 section 4.2.1.10). A URI without a host, with an address for a
 * host, or with a host that is not fully qualified cannot be constrained and is refused. So is a trust domain of one label
 * or with an underscore: it is no host name, and a guess at what a constraint means for it could be the wrong one.
 * @throws Flaw
 */
export function hostOf(uri: string): string {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(uri)?.[1] ?? '';
  const host = authority.replace(/:\d{0,5}$/, '').toLowerCase();
  if (!isHost(host) || !host.includes('.')) {
    throw new Flaw('it names a URI without a fully qualified host, to which URI constraints apply');
  }
  return host;
}

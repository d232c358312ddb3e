import { CONTRACT, isWorkloadIdentityError, LIMITS, parseWorkloadId } from '@workload-identity/contract';
import type { Certificate } from '../certificate/certificate.ts';
import { KEY_USAGE } from '../certificate/extension-values.ts';
import { Flaw } from '../flaw.ts';
import type { ChainProfile } from '../path/profile.ts';

/** What a leaf is allowed to sign as. */
export interface TokenLeaf {
  /** Its URI SAN: who it speaks for. */
  readonly issuer: string;
  /** *self* may assert only itself, *issuer* others too. */
  readonly usage: 'self' | 'issuer';
}

const USAGES: ReadonlyMap<string, TokenLeaf['usage']> = new Map([
  [CONTRACT.selfExtendedKeyUsage, 'self'],
  [CONTRACT.issuerExtendedKeyUsage, 'issuer'],
]);

function checkUse({ extensions }: Certificate): void {
  if (extensions.basicConstraints?.value.ca === true) throw new Flaw('it is a CA');
  const bits = extensions.keyUsage?.value ?? 0;
  if ((bits & KEY_USAGE.digitalSignature) === 0) throw new Flaw('its keyUsage lacks digitalSignature');
  if ((bits & (KEY_USAGE.keyCertSign | KEY_USAGE.cRLSign)) !== 0)
    throw new Flaw('its keyUsage is that of a CA');
}

// Another usage beside it would let one key serve two protocols: a certificate for TLS never signs tokens.
function usageIdOf({ extensions }: Certificate): string {
  const [usage, another] = extensions.extendedKeyUsage?.value ?? [];
  if (usage === undefined || another !== undefined || !USAGES.has(usage)) {
    throw new Flaw('its extended key usage is not exactly one of *self* and *issuer*');
  }
  return usage;
}

function isWorkload(uri: string): boolean {
  try {
    parseWorkloadId(uri);
    return true;
  } catch (error) {
    if (isWorkloadIdentityError(error)) return false;
    throw error;
  }
}

function isServiceUrl(uri: string): boolean {
  if (!uri.startsWith('https://') || !URL.canParse(uri)) return false;
  const { href, origin, pathname } = new URL(uri);
  return (href === uri || href === `${uri}/`) && href === origin + pathname;
}

function uriOf({ extensions }: Certificate, usage: TokenLeaf['usage']): string {
  const names = extensions.names?.value ?? [];
  const [uri, another] = names.flatMap((name) => (name.form === 'uri' ? [name.text] : []));
  if (uri === undefined || another !== undefined) {
    throw new Flaw('its subjectAltName does not have exactly one URI');
  }
  if (isWorkload(uri) || (usage === 'issuer' && isServiceUrl(uri))) return uri;
  throw new Flaw(
    'its URI is neither a workload identifier nor, for an issuer, the https URL of a token service',
  );
}

/**
 * Reads what a leaf may sign as: no CA, `digitalSignature` and nothing of a CA's, one of the two extended key usages and
 * no other, exactly one URI, which names the workload or, for an issuer, a token service.
 * @throws Flaw
 */
export function readTokenLeaf(leaf: Certificate): TokenLeaf {
  checkUse(leaf);
  const usage = USAGES.get(usageIdOf(leaf)) as TokenLeaf['usage'];
  return Object.freeze({ issuer: uriOf(leaf, usage), usage });
}

/**
 * The profile of chains that sign tokens: at most 3 certificates, issuers whose keyUsage is there and critical, and leaves
 * by the rules of {@link readTokenLeaf}.
 */
export const TOKEN_LEAF: ChainProfile = Object.freeze({
  maxCertificates: LIMITS.chainLength,
  checkIssuer({ extensions }: Certificate): void {
    if (extensions.keyUsage?.critical !== true) throw new Flaw('it has no critical keyUsage');
  },
  usageOf(leaf: Certificate): string {
    readTokenLeaf(leaf);
    return usageIdOf(leaf);
  },
});

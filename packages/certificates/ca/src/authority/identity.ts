import {
  parseTrustDomain,
  type TrustDomain,
  trustDomainOf,
  type WorkloadId,
} from '@workload-identity/contract';
import { issuerSchema } from '@workload-identity/contract/schemas';

/** Tells whether a text can be what a leaf speaks for: a workload identifier, or the https URL of a token service. */
export function isIdentity(text: unknown): text is string {
  return issuerSchema.safeParse(text).success;
}

/** Tells whether an identity is a workload identifier; the other kind is an https URL. */
export function isWorkload(identity: string): identity is WorkloadId {
  return identity.startsWith('spiffe://');
}

/** Tells whether an identity is a workload of a trust domain. */
export function isOf(identity: string, trustDomain: TrustDomain): boolean {
  return isWorkload(identity) && trustDomainOf(identity) === trustDomain;
}

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const FQDN = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*\\.(?!\\d+$|0x[0-9a-f]*$)${LABEL}$`);

/** Tells whether a name is a fully qualified domain name: only such a host can be constrained (RFC 5280 section 4.2.1.10). */
export function isFullyQualified(host: string): boolean {
  return FQDN.test(host);
}

/**
 * The hosts a CA of a trust domain is constrained to: the trust domain, and the hosts of its token services. None where the
 * trust domain is no fully qualified name: a verifier must refuse such a name under any constraint.
 * @throws TypeError for a host that cannot be constrained
 */
export function constrainedHosts(trustDomain: string, serviceHosts: readonly string[]): readonly string[] {
  const domain = parseTrustDomain(trustDomain);
  if (!isFullyQualified(domain)) {
    if (serviceHosts.length === 0) return [];
    throw new TypeError(
      '`serviceHosts` needs a trust domain that is a fully qualified name: without one a CA has no constraints, and every host is permitted',
    );
  }
  for (const host of serviceHosts) {
    if (!isFullyQualified(host)) {
      throw new TypeError(
        '`serviceHosts` are fully qualified names in lower case, such as `sts.example.com`',
      );
    }
  }
  return [...new Set([domain, ...serviceHosts])];
}

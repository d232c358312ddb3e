import { X509Certificate } from 'node:crypto';
import { LIMITS, WorkloadIdentityError } from '@workload-identity/contract';
import type { Certificate } from '@workload-identity/x5c';
import { isFor } from './ca-certificate.ts';

/** The certificate of a CA key, and the way from it to an anchor. */
export interface IssuingPath {
  readonly certificate: Certificate;
  /** The anchor it ends in: the certificate itself, where that is one. */
  readonly anchor: Certificate;
  /** What goes out behind each leaf: nothing under an anchor; the certificate first, the anchor left out. */
  readonly chain: readonly Certificate[];
}

function invalid(detail: string): WorkloadIdentityError {
  return new WorkloadIdentityError('config_invalid', { detail });
}

function certifies(issuer: Certificate, { frame }: Certificate): boolean {
  const child = new X509Certificate(frame.der);
  const parent = new X509Certificate(issuer.frame.der);
  return child.checkIssued(parent) && child.verify(parent.publicKey);
}

/** Of several certificates for one key the one that lasts longest. */
function longest(certificates: readonly Certificate[]): Certificate | undefined {
  return certificates.toSorted((a, b) => b.notAfter - a.notAfter)[0];
}

/**
 * Finds the certificate of a key, and the way from it to an anchor.
 * @throws WorkloadIdentityError `config_invalid` where there is none, or it leads nowhere
 */
export function findIssuingPath(
  name: string,
  spki: Uint8Array,
  anchors: readonly Certificate[],
  intermediates: readonly Certificate[],
): IssuingPath {
  const own = longest(anchors.filter((one) => isFor(one, spki)));
  if (own !== undefined) return { certificate: own, anchor: own, chain: [] };
  const certificate = longest(intermediates.filter((one) => isFor(one, spki)));
  if (certificate === undefined) {
    throw invalid(
      `no certificate in \`anchors\` or \`intermediates\` is for the key ${name}: add it, or configure the key it is for`,
    );
  }
  const chain = [certificate];
  let last: Certificate | undefined = certificate;
  // The leaf takes one place of the chain.
  while (last !== undefined && chain.length < LIMITS.chainLength) {
    const below: Certificate = last;
    const anchor = longest(anchors.filter((one) => certifies(one, below)));
    if (anchor !== undefined) return { certificate, anchor, chain };
    last = longest(intermediates.filter((one) => !chain.includes(one) && certifies(one, below)));
    if (last !== undefined) chain.push(last);
  }
  throw invalid(
    `the certificate of the key ${name} does not lead to one of \`anchors\` with at most ${LIMITS.chainLength - 1} certificates of CAs in a chain: add the anchor, and the \`intermediates\` between`,
  );
}

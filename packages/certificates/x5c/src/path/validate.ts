import { WorkloadIdentityError } from '@workload-identity/contract';
import { bare } from '../bare.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { thumbprintOf } from '../certificate/thumbprint.ts';
import { at, Flaw } from '../flaw.ts';
import { type AnchoredPath, isValidAt, pathsUnder } from './anchored-path.ts';
import type { AnchorSet } from './anchors.ts';
import { cutChain, readSigned } from './chain.ts';
import type { Step } from './path.ts';
import type { ChainProfile } from './profile.ts';

/** A chain that is valid: its leaf, and what its issuers and its anchors limit. */
export interface ValidatedChain {
  readonly leaf: Certificate;
  /** The thumbprints of the keys of the leaf, of every issuer and of the anchor, in this order. */
  readonly lineage: readonly string[];
  /** One for each anchor whose limits the chain keeps. At least one of these anchors is valid now. */
  readonly paths: readonly AnchoredPath[];
  /** Whether an anchor at its end, if there is one, is byte for byte one that is held. */
  readonly isVerbatim: boolean;
}

/**
 * Validates a chain to an anchor (RFC 5280 section 6.1, in the strict profile of this package). Signatures are checked from
 * the anchor down, and nothing of a certificate but its frame is read before its signature holds; where several anchors have
 * the name of its issuer, its authorityKeyIdentifier is read too. There is no search for a path: each certificate is
 * certified by the next.
 *
 * @param chain DER, leaf first. A last certificate that is an anchor, but perhaps for its signature, counts as left out.
 * @param now seconds since 1970; fractions are cut off, and both ends of a validity are within it
 * @throws WorkloadIdentityError `chain_untrusted` where it ends in no anchor, `leaf_expired` where only the time of the
 * leaf is wrong, `chain_invalid` otherwise
 */
export function validateChain(
  chain: readonly Uint8Array[],
  anchors: AnchorSet,
  profile: ChainProfile,
  now: number,
): ValidatedChain {
  const second = Math.floor(now);
  const { frames, isVerbatim } = cutChain(chain, anchors, profile.maxCertificates);
  const { key, steps } = readSigned(frames, anchors, profile);
  const leaf = steps.at(-1) as Step;
  const issuers = steps.slice(0, -1);

  for (const { place, certificate } of issuers) {
    at(place, () => {
      if (!isValidAt(certificate, second)) throw new Flaw('it is outside its validity');
    });
  }
  const usage = at(leaf.place, () => profile.usageOf(leaf.certificate));
  const paths = pathsUnder(key, { issuers, leaf }, usage, second);
  if (!isValidAt(leaf.certificate, second)) {
    const { notBefore: validFrom, notAfter: expiresAt } = leaf.certificate;
    throw new WorkloadIdentityError('leaf_expired', { validFrom, expiresAt });
  }

  const thumbprints = steps.map(({ certificate }) => thumbprintOf(certificate.publicKey));
  return bare({
    leaf: leaf.certificate,
    lineage: Object.freeze([...thumbprints.reverse(), key.keyId]),
    paths,
    isVerbatim,
  });
}

import { isWorkloadIdentityError, WorkloadIdentityError } from '@workload-identity/contract';
import type { Certificate } from '../certificate/certificate.ts';
import { thumbprintOf } from '../certificate/thumbprint.ts';
import { at, Flaw } from '../flaw.ts';
import type { NameConstraints } from '../names/constraints.ts';
import { checkName } from '../names/match.ts';
import type { Anchor, AnchorKey, AnchorSet } from './anchors.ts';
import { readFrames, readSigned } from './chain.ts';
import { checkNameConstraints, checkPathLength, checkUsage, type Path, type Step } from './path.ts';
import type { ChainProfile } from './profile.ts';
import { checkKeyIdentifiers } from './rules.ts';

/** A chain that is valid: its leaf, and all that its issuers and its anchors limit. */
export interface ValidatedChain {
  readonly leaf: Certificate;
  /** The thumbprints of the keys of the leaf, of every issuer and of the anchor, in this order. */
  readonly lineage: readonly string[];
  /** The anchors it is valid under, at least one. */
  readonly anchors: readonly Anchor[];
  /** When the leaf, every issuer and every anchor are valid at once. Seconds since 1970, both inclusive. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Whether all name constraints above the leaf permit a URI. */
  permits(uri: string): boolean;
}

function isValidAt({ notBefore, notAfter }: Certificate, second: number): boolean {
  return second >= notBefore && second <= notAfter;
}

function untrusted(detail?: string): WorkloadIdentityError {
  return new WorkloadIdentityError('chain_untrusted', detail === undefined ? {} : { detail });
}

function checkPath(path: Path, usage: string): readonly NameConstraints[] {
  const top = path.issuers[0] ?? path.leaf;
  at(top.place, () => checkKeyIdentifiers(top.certificate, path.anchor));
  checkPathLength(path);
  checkUsage(path, usage);
  return checkNameConstraints(path);
}

interface Verdict {
  readonly anchors: readonly Anchor[];
  readonly constraints: readonly NameConstraints[];
}

/** Anchors of one key may differ in what they limit: the chain is valid under those whose limits it keeps. */
function judgeAnchors(key: AnchorKey, path: Omit<Path, 'anchor'>, usage: string, second: number): Verdict {
  const inForce = key.anchors.filter(({ certificate }) => isValidAt(certificate, second));
  if (inForce.length === 0) throw untrusted('the anchor is outside its validity');
  const anchors: Anchor[] = [];
  const constraints: NameConstraints[] = [];
  let refusal: unknown;
  for (const anchor of inForce) {
    try {
      constraints.push(...checkPath({ ...path, anchor: anchor.certificate }, usage));
      anchors.push(anchor);
    } catch (error) {
      refusal ??= error;
    }
  }
  if (anchors.length === 0) throw refusal;
  return { anchors, constraints };
}

function permits(constraints: readonly NameConstraints[], uri: string): boolean {
  try {
    checkName({ form: 'uri', text: uri }, constraints);
    return true;
  } catch (error) {
    if (isWorkloadIdentityError(error)) return false;
    throw error;
  }
}

/**
 * Validates a chain to an anchor (RFC 5280 section 6.1, in the strict profile of this package). Signatures are checked from
 * the anchor down, and nothing of a certificate but its frame is read before its signature holds. There is no search for
 * a path: each certificate is certified by the next.
 *
 * @param chain DER, leaf first. A last certificate that is byte for byte an anchor counts as left out.
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
  const frames = readFrames(chain, anchors, profile.maxCertificates);
  const { key, steps } = readSigned(frames, anchors, profile);
  const leaf = steps[steps.length - 1] as Step;
  const issuers = steps.slice(0, -1);

  for (const { place, certificate } of issuers) {
    at(place, () => {
      if (!isValidAt(certificate, second)) throw new Flaw('it is outside its validity');
    });
  }
  const usage = at(leaf.place, () => profile.usageOf(leaf.certificate));
  const verdict = judgeAnchors(key, { issuers, leaf }, usage, second);
  if (!isValidAt(leaf.certificate, second)) throw new WorkloadIdentityError('leaf_expired');

  const all = [...steps, ...verdict.anchors].map(({ certificate }) => certificate);
  return Object.freeze({
    leaf: leaf.certificate,
    lineage: [...steps.map(({ certificate }) => thumbprintOf(certificate.publicKey)).reverse(), key.keyId],
    anchors: verdict.anchors,
    notBefore: Math.max(...all.map(({ notBefore }) => notBefore)),
    notAfter: Math.min(...all.map(({ notAfter }) => notAfter)),
    permits: (uri: string) => permits(verdict.constraints, uri),
  });
}

import { WorkloadIdentityError } from '@workload-identity/contract';
import { type Certificate, readRest } from '../certificate/certificate.ts';
import { checkSerialNumber, type Frame, readFrame } from '../certificate/frame.ts';
import { type IssuerKey, isSignedBy } from '../certificate/signature.ts';
import { isSame } from '../der/values.ts';
import { at, Flaw, untrusted } from '../flaw.ts';
import type { AnchorSet } from './anchors.ts';
import type { AnchorKey } from './named-keys.ts';
import type { Step } from './path.ts';
import type { ChainProfile } from './profile.ts';
import { checkIssuer, checkKeyIdentifiers, checkLeaf } from './rules.ts';

const placeOf = (index: number): string => (index === 0 ? 'the leaf' : `intermediate ${index}`);

/** The certificates of a chain, cut and in order. */
export interface CutChain {
  /** Leaf first; an anchor at the end is left out. */
  readonly frames: readonly Frame[];
  /** Whether an anchor at the end is the one that is held, also in its signature, which is not looked at. */
  readonly isVerbatim: boolean;
}

/**
 * Cuts the certificates of a chain and checks that each names the next as its issuer: no search, no bag, none extra, none
 * twice. It costs no cryptography.
 * @throws WorkloadIdentityError `chain_invalid`
 */
export function cutChain(chain: readonly Uint8Array[], anchors: AnchorSet, most: number): CutChain {
  // One more than the most: the last one may be an anchor.
  if (chain.length < 1 || chain.length > most + 1) throw wrongLength(most);
  const frames = chain.map((der, index) => at(placeOf(index), () => readFrame(der)));
  const last = frames.at(-1) as Frame;
  const anchor = frames.length > 1 ? anchors.find(last)?.certificate.frame : undefined;
  if (anchor !== undefined) frames.pop();
  if (frames.length > most) throw wrongLength(most);
  for (const [index, frame] of frames.entries()) at(placeOf(index), () => checkFrame(frame, frames, index));
  return { frames, isVerbatim: anchor === undefined || isSame(anchor.der, last.der) };
}

function wrongLength(most: number): WorkloadIdentityError {
  return new WorkloadIdentityError('chain_invalid', { detail: `a chain has 1 to ${most} certificates` });
}

function checkFrame(frame: Frame, frames: readonly Frame[], index: number): void {
  checkSerialNumber(frame);
  const next = frames.at(index + 1);
  if (next !== undefined && !isSame(frame.issuer, next.subject)) {
    throw new Flaw('the certificate after it is not its issuer');
  }
  // What is signed decides: a twin differs in its signature alone.
  if (frames.some((other, place) => place > index && isSame(other.signed, frame.signed))) {
    throw new Flaw('it is in the chain twice');
  }
}

/** What stands below an anchor, from the top down, the leaf last. */
export interface SignedChain {
  readonly key: AnchorKey;
  readonly steps: readonly Step[];
}

/** Reads a certificate in full, after its signature held. @throws Flaw @throws WorkloadIdentityError `chain_untrusted` */
function readBelow(frame: Frame, issuer: IssuerKey, isTop: boolean): Certificate {
  if (!isSignedBy(frame, issuer)) {
    throw isTop
      ? untrusted('an anchor has the right name, and another key')
      : new Flaw('its signature does not hold');
  }
  return readRest(frame);
}

/**
 * Checks the signatures from the anchor down. A certificate is read in full only after its own signature held, and its key
 * is used only after it has been found to be an issuer's.
 * @throws WorkloadIdentityError `chain_untrusted`, `chain_invalid`
 */
export function readSigned(frames: readonly Frame[], anchors: AnchorSet, profile: ChainProfile): SignedChain {
  const topIndex = frames.length - 1;
  const top = frames[topIndex] as Frame;
  const key = at(placeOf(topIndex), () => chooseKey(top, anchors));
  const steps: Step[] = [];
  let issuer: IssuerKey = key;
  for (let index = topIndex; index >= 0; index--) {
    const place = placeOf(index);
    const frame = frames[index] as Frame;
    const above = steps.at(-1)?.certificate;
    at(place, () => {
      const known = index === 0 ? undefined : anchors.issuers.find(issuer, frame);
      const certificate = known?.certificate ?? readBelow(frame, issuer, index === topIndex);
      if (above !== undefined) checkKeyIdentifiers(certificate, above);
      if (index === 0) checkLeaf(certificate);
      else {
        checkIssuer(certificate);
        profile.checkIssuer(certificate);
        issuer = (known ?? anchors.issuers.add(issuer, certificate)).key;
      }
      steps.push({ place, certificate });
    });
  }
  return { key, steps };
}

function chooseKey(top: Frame, anchors: AnchorSet): AnchorKey {
  const keys = anchors.named(top.issuer);
  if (keys === undefined) throw untrusted();
  return keys.choose(top);
}

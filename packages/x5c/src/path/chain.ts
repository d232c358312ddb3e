import { WorkloadIdentityError } from '@workload-identity/contract';
import { readRest } from '../certificate/certificate.ts';
import { checkSerialNumber, type Frame, readFrame } from '../certificate/frame.ts';
import { importKey } from '../certificate/public-key.ts';
import { type IssuerKey, isSignedBy } from '../certificate/signature.ts';
import { isSame } from '../der/values.ts';
import { at, Flaw } from '../flaw.ts';
import type { AnchorKey, AnchorSet } from './anchors.ts';
import type { Step } from './path.ts';
import type { ChainProfile } from './profile.ts';
import { checkIssuer, checkKeyIdentifiers, checkLeaf } from './rules.ts';

const placeOf = (index: number): string => (index === 0 ? 'the leaf' : `intermediate ${index}`);

/**
 * Cuts the certificates of a chain and checks that each names the next as its issuer: no search, no bag, none extra, none
 * twice. It costs no cryptography.
 * @throws WorkloadIdentityError `chain_invalid`
 */
export function readFrames(chain: readonly Uint8Array[], anchors: AnchorSet, most: number): readonly Frame[] {
  const count =
    chain.length > 1 && anchors.has(chain[chain.length - 1] as Uint8Array) ? chain.length - 1 : chain.length;
  if (count < 1 || count > most) {
    throw new WorkloadIdentityError('chain_invalid', { detail: `a chain has 1 to ${most} certificates` });
  }
  const frames = chain.slice(0, count).map((der, index) => at(placeOf(index), () => readFrame(der)));
  for (const [index, frame] of frames.entries()) {
    const next = frames[index + 1];
    at(placeOf(index), () => {
      checkSerialNumber(frame);
      if (next !== undefined && !isSame(frame.issuer, next.subject)) {
        throw new Flaw('the certificate after it is not its issuer');
      }
      if (frames.some((other, place) => place > index && isSame(other.der, frame.der))) {
        throw new Flaw('it is in the chain twice');
      }
    });
  }
  return frames;
}

function anchorKeyOf(top: Frame, place: string, anchors: AnchorSet): AnchorKey {
  const keys = anchors.named(top.issuer);
  const found = keys.find((key) => at(place, () => isSignedBy(top, key)));
  if (found !== undefined) return found;
  throw new WorkloadIdentityError(
    'chain_untrusted',
    keys.length === 0 ? {} : { detail: 'an anchor has the right name, and another key' },
  );
}

/** What stands below an anchor, from the top down, the leaf last. */
export interface SignedChain {
  readonly key: AnchorKey;
  readonly steps: readonly Step[];
}

/**
 * Checks the signatures from the anchor down. A certificate is read in full only after its own signature held, and its key
 * is used only after it has been found to be an issuer's.
 * @throws WorkloadIdentityError `chain_untrusted`, `chain_invalid`
 */
export function readSigned(frames: readonly Frame[], anchors: AnchorSet, profile: ChainProfile): SignedChain {
  const topIndex = frames.length - 1;
  const key = anchorKeyOf(frames[topIndex] as Frame, placeOf(topIndex), anchors);
  const steps: Step[] = [];
  let issuer: IssuerKey = key;
  for (let index = topIndex; index >= 0; index--) {
    const place = placeOf(index);
    const frame = frames[index] as Frame;
    const above = steps[steps.length - 1]?.certificate;
    at(place, () => {
      if (above !== undefined && !isSignedBy(frame, issuer)) throw new Flaw('its signature does not hold');
      const certificate = readRest(frame);
      if (above !== undefined) checkKeyIdentifiers(certificate, above);
      if (index === 0) checkLeaf(certificate);
      else {
        checkIssuer(certificate);
        profile.checkIssuer(certificate);
        issuer = { algorithm: certificate.publicKey.algorithm, key: importKey(frame.publicKeyInfo) };
      }
      steps.push({ place, certificate });
    });
  }
  return { key, steps };
}

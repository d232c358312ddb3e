import type { Frame } from '../certificate/frame.ts';
import { isSame, keyOf } from '../der/values.ts';
import { type Anchor, readAnchor } from './anchor.ts';
import { KnownIssuers } from './known-issuers.ts';
import { NamedKeys } from './named-keys.ts';

/** Anchors, ready to be found by the name a chain ends in. */
export class AnchorSet {
  /** The issuers below these anchors whose signatures held already. */
  readonly issuers = new KnownIssuers();
  readonly #byName = new Map<string, NamedKeys>();
  #longestName = 0;

  /**
   * Adds an anchor, once: a certificate that says the same gives the anchor that is already there, whatever its signature.
   * @throws Flaw
   */
  add(der: Uint8Array): Anchor {
    const anchor = readAnchor(der);
    const { frame } = anchor.certificate;
    const known = this.find(frame);
    if (known !== undefined) return known;
    const keys = this.named(frame.subject) ?? new NamedKeys();
    keys.add(anchor);
    this.#byName.set(keyOf(frame.subject), keys);
    this.#longestName = Math.max(this.#longestName, frame.subject.length);
    return anchor;
  }

  /** The keys of the anchors of one name. */
  named(name: Uint8Array): NamedKeys | undefined {
    return name.length > this.#longestName ? undefined : this.#byName.get(keyOf(name));
  }

  /**
   * The anchor that a certificate is. What is signed decides, and not the signature: that of an anchor is never checked, and
   * an ECDSA signature has a twin that anyone can compute.
   */
  find({ subject, signed }: Frame): Anchor | undefined {
    return this.named(subject)?.anchors.find(({ certificate }) => isSame(certificate.frame.signed, signed));
  }
}

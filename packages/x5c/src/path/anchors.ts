import type { Certificate } from '../certificate/certificate.ts';
import { readRest } from '../certificate/certificate.ts';
import { readFrame } from '../certificate/frame.ts';
import { importKey } from '../certificate/public-key.ts';
import type { IssuerKey } from '../certificate/signature.ts';
import { thumbprintOf } from '../certificate/thumbprint.ts';
import { isSame, keyOf } from '../der/values.ts';
import { Flaw } from '../flaw.ts';
import { checkAnchor } from './rules.ts';

/** A trust anchor: its name and key, and what its certificate limits. */
export interface Anchor {
  readonly certificate: Certificate;
}

/** The anchors of one name and one key: one signature check serves them all. */
export interface AnchorKey extends IssuerKey {
  readonly publicKeyInfo: Uint8Array;
  /** Its thumbprint. */
  readonly keyId: string;
  readonly anchors: readonly Anchor[];
}

// A stranger who knows the name of an anchor makes a verifier try the key of every anchor of that name.
const MAX_KEYS_OF_ONE_NAME = 4;

/** Reads the certificate of an anchor. Its own signature proves nothing and is not checked. @throws Flaw */
export function readAnchor(der: Uint8Array): Anchor {
  const certificate = readRest(readFrame(der));
  checkAnchor(certificate);
  return Object.freeze({ certificate });
}

/** Anchors, ready to be found by the name a chain ends in. */
export class AnchorSet {
  readonly #byName = new Map<string, AnchorKey[]>();
  readonly #byBytes = new Map<string, Anchor>();

  /**
   * Adds an anchor, once: the same certificate again gives the anchor that is already there.
   * @throws Flaw
   */
  add(der: Uint8Array): Anchor {
    const known = this.#byBytes.get(keyOf(der));
    if (known !== undefined) return known;
    const anchor = readAnchor(der);
    this.#addToKeys(anchor);
    this.#byBytes.set(keyOf(der), anchor);
    return anchor;
  }

  /** The keys of the anchors of one name. */
  named(name: Uint8Array): readonly AnchorKey[] {
    return this.#byName.get(keyOf(name)) ?? [];
  }

  has(der: Uint8Array): boolean {
    return this.#byBytes.has(keyOf(der));
  }

  #addToKeys(anchor: Anchor): void {
    const { frame, publicKey } = anchor.certificate;
    const name = keyOf(frame.subject);
    const keys = this.#byName.get(name) ?? [];
    const at = keys.findIndex(({ publicKeyInfo }) => isSame(publicKeyInfo, frame.publicKeyInfo));
    const known = keys[at];
    if (known !== undefined) {
      keys[at] = { ...known, anchors: [...known.anchors, anchor] };
      return;
    }
    if (keys.length === MAX_KEYS_OF_ONE_NAME) {
      throw new Flaw(`it is the fifth key under one name: at most ${MAX_KEYS_OF_ONE_NAME} are accepted`);
    }
    const { publicKeyInfo } = frame;
    const key = importKey(publicKeyInfo);
    const keyId = thumbprintOf(publicKey);
    keys.push({ algorithm: publicKey.algorithm, key, keyId, publicKeyInfo, anchors: [anchor] });
    this.#byName.set(name, keys);
  }
}

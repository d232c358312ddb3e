import type { Frame } from '../certificate/frame.ts';
import { identifiersOf, namedIssuerKey } from '../certificate/key-identifiers.ts';
import { importKey } from '../certificate/public-key.ts';
import { type IssuerKey, schemeOf } from '../certificate/signature.ts';
import { thumbprintOf } from '../certificate/thumbprint.ts';
import { Flaw, untrusted } from '../flaw.ts';
import type { Anchor } from './anchor.ts';

/** The anchors of one name and one key: one signature check serves them all. */
export interface AnchorKey extends IssuerKey {
  /** Its thumbprint. */
  readonly keyId: string;
  readonly anchors: readonly Anchor[];
}

interface GrowingKey extends AnchorKey {
  readonly anchors: Anchor[];
}

const OTHER_KEY = 'an anchor has the right name, and another key';
const UNDECIDED =
  'several anchors have the name of its issuer, and it does not say by authorityKeyIdentifier which of them signed it: have the CA write this extension, or give each CA a name of its own';

/**
 * The keys of one name. However many there are, one of them is chosen before any signature is checked: a stranger who knows
 * the name of an anchor must not make a verifier try them all.
 */
export class NamedKeys {
  readonly #byThumbprint = new Map<string, GrowingKey>();
  readonly #byIdentifier = new Map<string, GrowingKey>();

  /** @throws Flaw where two keys have one identifier: no certificate could say which of them signed it */
  add(anchor: Anchor): void {
    const key = this.#keyOf(anchor);
    const identifiers = identifiersOf(anchor.certificate);
    for (const identifier of identifiers) {
      if ((this.#byIdentifier.get(identifier) ?? key) !== key)
        throw new Flaw('it has the name and the key identifier of another anchor, and another key');
    }
    for (const identifier of identifiers) this.#byIdentifier.set(identifier, key);
    this.#byThumbprint.set(key.keyId, key);
    key.anchors.push(anchor);
  }

  #keyOf({ certificate: { frame, publicKey } }: Anchor): GrowingKey {
    const keyId = thumbprintOf(publicKey);
    const known = this.#byThumbprint.get(keyId);
    if (known !== undefined) return known;
    return { algorithm: publicKey.algorithm, key: importKey(frame.publicKeyInfo), keyId, anchors: [] };
  }

  /** All anchors of the name, whatever their keys. */
  get anchors(): readonly Anchor[] {
    return [...this.#byThumbprint.values()].flatMap(({ anchors }) => anchors);
  }

  /**
   * The one key that may have signed a certificate: of several the one it names, or, where it names none, the only one that
   * its signature algorithm fits. It costs no cryptography.
   * @throws Flaw
   * @throws WorkloadIdentityError `chain_untrusted` where there is none, or more than one
   */
  choose(frame: Frame): AnchorKey {
    const all = [...this.#byThumbprint.values()];
    const key = all.length === 1 ? all.at(0) : this.#named(frame, all);
    if (key === undefined) throw untrusted(OTHER_KEY);
    return key;
  }

  #named(frame: Frame, all: readonly AnchorKey[]): AnchorKey | undefined {
    const named = namedIssuerKey(frame.extensions);
    if (named !== undefined) return this.#byIdentifier.get(named);
    const { keys } = schemeOf(frame);
    const fitting = all.filter(({ algorithm }) => keys.includes(algorithm));
    if (fitting.length > 1) throw untrusted(UNDECIDED);
    return fitting.at(0);
  }
}

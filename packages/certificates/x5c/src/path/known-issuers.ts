import type { Certificate } from '../certificate/certificate.ts';
import type { Frame } from '../certificate/frame.ts';
import { importKey } from '../certificate/public-key.ts';
import type { IssuerKey } from '../certificate/signature.ts';
import { isSame, keyOf } from '../der/values.ts';

/** An issuer whose signature held, with the key it certifies. */
export interface KnownIssuer {
  readonly certificate: Certificate;
  readonly key: IssuerKey;
}

interface Entry extends KnownIssuer {
  readonly above: IssuerKey;
}

const MOST = 128;
const TAIL = 32;

/** The end of a certificate, which is its signature. It finds an entry and proves nothing. */
function tailOf({ der }: Frame): string {
  return keyOf(der.subarray(-TAIL));
}

/**
 * Issuers whose signatures held under the key above them: the leaves of one issuer are many, and everybody knows its
 * certificate, so a stranger who sends it before a leaf of no one must not cause its signature to be checked each time.
 *
 * An entry holds for all bytes of a certificate, its signature among them: what is remembered is what would be found again.
 * Whether an issuer is valid now, and may issue, is asked each time. Bounded; the oldest goes first.
 */
export class KnownIssuers {
  readonly #entries = new Map<string, Entry>();

  find(above: IssuerKey, frame: Frame): KnownIssuer | undefined {
    const entry = this.#entries.get(tailOf(frame));
    if (entry === undefined || entry.above !== above) return undefined;
    return isSame(entry.certificate.frame.der, frame.der) ? entry : undefined;
  }

  /** @throws Flaw where the key is not a point on its curve */
  add(above: IssuerKey, certificate: Certificate): KnownIssuer {
    const { frame, publicKey } = certificate;
    const key = { algorithm: publicKey.algorithm, key: importKey(frame.publicKeyInfo) };
    const entry = { certificate, key, above };
    const tail = tailOf(frame);
    this.#entries.delete(tail);
    if (this.#entries.size >= MOST) this.#entries.delete(this.#entries.keys().next().value as string);
    this.#entries.set(tail, entry);
    return entry;
  }

  get size(): number {
    return this.#entries.size;
  }
}

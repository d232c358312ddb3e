import { DerReader } from '../der/reader.ts';
import { readTime } from '../der/time.ts';
import { isSame } from '../der/values.ts';
import { Flaw } from '../flaw.ts';
import { type DistinguishedName, readName } from '../names/distinguished-name.ts';
import { type Extensions, readExtensions } from './extensions.ts';
import type { Frame } from './frame.ts';
import { type CertifiedKey, readPublicKey } from './public-key.ts';

/** A certificate that was read in full: its frame, and all that decides something. */
export interface Certificate {
  readonly frame: Frame;
  readonly subject: DistinguishedName;
  /** Seconds since 1970, both inclusive. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: CertifiedKey;
  readonly extensions: Extensions;
  /** Issuer and subject have the same name: a key of the same authority, for rollover (RFC 5280 section 6.1). */
  readonly selfIssued: boolean;
}

/** Reads what the frame left unread. @throws Flaw */
export function readRest(frame: Frame): Certificate {
  const validity = new DerReader(frame.validity);
  const notBefore = readTime(validity);
  const notAfter = readTime(validity);
  validity.finish();
  if (notBefore > notAfter) throw new Flaw('its validity ends before it starts');
  return {
    frame,
    subject: readName(frame.subject),
    notBefore,
    notAfter,
    publicKey: readPublicKey(frame.publicKeyInfo),
    extensions: readExtensions(frame.extensions),
    selfIssued: isSame(frame.issuer, frame.subject),
  };
}

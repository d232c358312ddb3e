import { LIMITS } from '@workload-identity/contract';
import { DerReader, open } from '../der/reader.ts';
import { context, TAG } from '../der/tags.ts';
import { isSame, readBytes, readUnsigned } from '../der/values.ts';
import { Flaw } from '../flaw.ts';

/**
 * The frame of a certificate: enough to find its issuer and to check its signature, and no more. Until the signature
 * holds, nothing else of it is read.
 */
export interface Frame {
  readonly der: Uint8Array;
  /** What the signature covers: `tbsCertificate` with tag and length. */
  readonly signed: Uint8Array;
  readonly serialNumber: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly validity: Uint8Array;
  readonly publicKeyInfo: Uint8Array;
  readonly extensions: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
}

const VERSION_3 = Uint8Array.of(TAG.integer, 1, 2);
const MAX_SERIAL_BYTES = 20;

/** A serial number is positive and has at most 20 bytes (RFC 5280 section 4.1.2.2). Old anchors have others. @throws Flaw */
export function checkSerialNumber({ serialNumber }: Frame): void {
  if (serialNumber.length > MAX_SERIAL_BYTES) throw new Flaw('its serial number is longer than 20 bytes');
  const [first] = readUnsigned(serialNumber);
  if (first === 0) throw new Flaw('its serial number is zero');
}

/**
 * Cuts a certificate into its fields (RFC 5280 section 4.1): version 3, the signature algorithm named twice in the same
 * bytes, no unique identifiers, extensions.
 * @throws Flaw
 */
export function readFrame(der: Uint8Array): Frame {
  if (der.length > LIMITS.certificateBytes)
    throw new Flaw(`it is larger than ${LIMITS.certificateBytes} bytes`);
  const outer = open(der, TAG.sequence);
  const tbs = outer.read(TAG.sequence);
  const signatureAlgorithm = outer.read(TAG.sequence).bytes;
  const signature = readBytes(outer.read(TAG.bitString).contents);
  outer.finish();

  const fields = new DerReader(tbs.contents);
  const version = fields.readOptional(context(0, 'constructed'));
  if (version === undefined || !isSame(version.contents, VERSION_3)) throw new Flaw('it is not of version 3');
  const serialNumber = fields.read(TAG.integer).contents;
  if (!isSame(fields.read(TAG.sequence).bytes, signatureAlgorithm)) {
    throw new Flaw('it names two different signature algorithms');
  }
  const issuer = fields.read(TAG.sequence).bytes;
  const validity = fields.read(TAG.sequence).contents;
  const subject = fields.read(TAG.sequence).bytes;
  const publicKeyInfo = fields.read(TAG.sequence).bytes;
  const extensions = fields.read(context(3, 'constructed')).contents;
  fields.finish();
  return {
    der,
    signed: tbs.bytes,
    serialNumber,
    issuer,
    subject,
    validity,
    publicKeyInfo,
    extensions,
    signatureAlgorithm,
    signature,
  };
}

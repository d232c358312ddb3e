import { createHash } from 'node:crypto';
import { DerReader, open } from '../der/reader.ts';
import { TAG } from '../der/tags.ts';
import { isSame, keyOf, readBytes } from '../der/values.ts';
import { Flaw } from '../flaw.ts';
import type { Certificate } from './certificate.ts';
import { readAuthorityKeyIdentifier } from './extension-values.ts';
import { MAX_EXTENSIONS } from './extensions.ts';

const IDENTIFIER_BYTES = 20;
const FOUR_BITS = 0x40;

const AUTHORITY_KEY_IDENTIFIER = Uint8Array.of(TAG.oid, 3, 0x55, 0x1d, 0x23);

const hash = (name: string, bytes: Uint8Array): Buffer => createHash(name).update(bytes).digest();

/** The last 60 bits of a SHA-1 behind the bits 0100 (RFC 5280 section 4.2.1.2, method 2). */
function shortened(sha1: Buffer): Buffer {
  const last = Buffer.from(sha1.subarray(-8));
  last[0] = ((last[0] as number) & 0x0f) | FOUR_BITS;
  return last;
}

/** What a CA may have written for a key that names itself nowhere: RFC 5280 section 4.2.1.2, and RFC 7093 section 2. */
function derived(publicKeyInfo: Uint8Array): readonly Buffer[] {
  const info = open(publicKeyInfo, TAG.sequence);
  info.read(TAG.sequence);
  const bits = readBytes(info.read(TAG.bitString).contents);
  const sha1 = hash('sha1', bits);
  const newer = ['sha256', 'sha384', 'sha512'];
  return [
    sha1,
    shortened(sha1),
    ...newer.map((name) => hash(name, bits).subarray(0, IDENTIFIER_BYTES)),
    ...newer.map((name) => hash(name, publicKeyInfo)),
  ];
}

/** How certificates may name the key of a CA: as its own certificate does, or else by each method of the standards. */
export function identifiersOf({ extensions, frame }: Certificate): readonly string[] {
  const own = extensions.subjectKeyIdentifier?.value;
  return (own === undefined ? derived(frame.publicKeyInfo) : [own]).map(keyOf);
}

/**
 * Which key a certificate says that it was signed with, by its authorityKeyIdentifier; undefined where it does not say. It
 * reads no other extension, for nothing of the certificate is known to be true yet.
 * @param extensions the field of the certificate, DER
 * @throws Flaw
 */
export function namedIssuerKey(extensions: Uint8Array): string | undefined {
  const list = open(extensions, TAG.sequence);
  for (let seen = 0; !list.atEnd; seen++) {
    if (seen === MAX_EXTENSIONS) throw new Flaw('it has too many extensions');
    const { contents } = list.read(TAG.sequence);
    if (!isSame(contents.subarray(0, AUTHORITY_KEY_IDENTIFIER.length), AUTHORITY_KEY_IDENTIFIER)) continue;
    const fields = new DerReader(contents.subarray(AUTHORITY_KEY_IDENTIFIER.length));
    fields.readOptional(TAG.boolean);
    const identifier = readAuthorityKeyIdentifier(fields.read(TAG.octetString).contents);
    return identifier === undefined ? undefined : keyOf(identifier);
  }
  return undefined;
}

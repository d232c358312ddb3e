import { readOid } from '../der/oid.ts';
import { DerReader, open } from '../der/reader.ts';
import { context, TAG } from '../der/tags.ts';
import { readNamedBits, readSmallNumber, readTrue } from '../der/values.ts';
import { Flaw } from '../flaw.ts';
import { type GeneralName, readGeneralName } from '../names/general-name.ts';

/** RFC 5280 section 4.2.1.9. */
export interface BasicConstraints {
  readonly ca: boolean;
  /** How many issuers may stand between this one and the leaf. */
  readonly pathLength: number | undefined;
}

/** Bits of `keyUsage` (RFC 5280 section 4.2.1.3) as far as a rule asks for them. */
export const KEY_USAGE = Object.freeze({ digitalSignature: 1 << 0, keyCertSign: 1 << 5, cRLSign: 1 << 6 });

const KEY_USAGE_BITS = 9;
const MAX_NAMES = 256;
const MAX_USAGES = 32;

function readWhole(value: Uint8Array, tag: number): Uint8Array {
  const reader = new DerReader(value);
  const { contents } = reader.read(tag);
  reader.finish();
  return contents;
}

/** @throws Flaw */
export function readBasicConstraints(value: Uint8Array): BasicConstraints {
  const reader = open(value, TAG.sequence);
  const flag = reader.readOptional(TAG.boolean);
  const ca = flag !== undefined && readTrue(flag.contents);
  const length = reader.readOptional(TAG.integer);
  reader.finish();
  if (length !== undefined && !ca) throw new Flaw('it has a path length and is no CA');
  return { ca, pathLength: length && readSmallNumber(length.contents) };
}

/** @throws Flaw */
export function readKeyUsage(value: Uint8Array): number {
  const bits = readNamedBits(readWhole(value, TAG.bitString));
  if (bits >= 1 << KEY_USAGE_BITS) throw new Flaw('it has a key usage that does not exist');
  return bits;
}

/** @throws Flaw */
export function readExtendedKeyUsage(value: Uint8Array): readonly string[] {
  const reader = open(value, TAG.sequence);
  const usages: string[] = [];
  while (!reader.atEnd) {
    usages.push(readOid(reader.read(TAG.oid).contents));
    if (usages.length > MAX_USAGES) throw new Flaw('it has too many extended key usages');
  }
  if (usages.length === 0) throw new Flaw('it has an empty list of extended key usages');
  if (new Set(usages).size !== usages.length) throw new Flaw('it names an extended key usage twice');
  return usages;
}

/** @throws Flaw */
export function readNames(value: Uint8Array): readonly GeneralName[] {
  const reader = open(value, TAG.sequence);
  const names: GeneralName[] = [];
  while (!reader.atEnd) {
    names.push(readGeneralName(reader.readAny()));
    if (names.length > MAX_NAMES) throw new Flaw('it has too many names');
  }
  if (names.length === 0) throw new Flaw('it has an empty list of names');
  return names;
}

/** @throws Flaw */
export function readSubjectKeyIdentifier(value: Uint8Array): Uint8Array {
  return readWhole(value, TAG.octetString);
}

/** The key identifier alone: names and serial numbers of issuers decide nothing here. @throws Flaw */
export function readAuthorityKeyIdentifier(value: Uint8Array): Uint8Array | undefined {
  const reader = open(value, TAG.sequence);
  const identifier = reader.readOptional(context(0, 'primitive'));
  reader.readOptional(context(1, 'constructed'));
  reader.readOptional(context(2, 'primitive'));
  reader.finish();
  return identifier?.contents;
}

/** @throws Flaw always: policies are not processed, so one that demands processing cannot be honoured. */
export function refusePolicy(): never {
  throw new Flaw('it has an extension that demands policy processing');
}

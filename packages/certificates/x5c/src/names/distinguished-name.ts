import { readOid } from '../der/oid.ts';
import { DerReader, type Element, open } from '../der/reader.ts';
import { TAG } from '../der/tags.ts';
import { keyOf } from '../der/values.ts';
import { Flaw } from '../flaw.ts';

/** A distinguished name. Whether two are the same certificate's is decided by {@link bytes} alone. */
export interface DistinguishedName {
  readonly bytes: Uint8Array;
  /** Its parts, the widest first, made comparable as name constraints need it (RFC 5280 section 7.1). */
  readonly parts: readonly string[];
  /** Values of `emailAddress`, to which constraints on mailboxes apply too (RFC 5280 section 4.2.1.10). */
  readonly emails: readonly string[];
}

const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';
const MAX_ATTRIBUTES = 64;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeOneByte(characters: RegExp): (contents: Uint8Array) => string {
  return (contents) => {
    const text = keyOf(contents);
    if (!characters.test(text))
      throw new Flaw('it has a name with characters its kind of string does not have');
    return text;
  };
}

function decodeUtf8(contents: Uint8Array): string {
  try {
    return utf8.decode(contents);
  } catch {
    throw new Flaw('it has a name that is not UTF-8');
  }
}

function decodeUnits(size: 2 | 4): (contents: Uint8Array) => string {
  return (contents) => {
    if (contents.length % size !== 0) throw new Flaw('it has a name of half a character');
    const view = new DataView(contents.buffer, contents.byteOffset, contents.byteLength);
    let text = '';
    for (let at = 0; at < contents.length; at += size) {
      const code = size === 2 ? view.getUint16(at) : view.getUint32(at);
      if (code > 0x10ffff) throw new Flaw('it has a name with a character that does not exist');
      text += String.fromCodePoint(code);
    }
    return text;
  };
}

const DECODERS: ReadonlyMap<number, (contents: Uint8Array) => string> = new Map([
  [TAG.utf8String, decodeUtf8],
  [TAG.printableString, decodeOneByte(/^[A-Za-z0-9 '()+,./:=?-]*$/)],
  [TAG.ia5String, decodeOneByte(/^[\x20-\x7e]*$/)],
  [TAG.numericString, decodeOneByte(/^[0-9 ]*$/)],
  [TAG.teletexString, decodeOneByte(/^[\x20-\x7e\xa0-\xff]*$/)],
  [TAG.bmpString, decodeUnits(2)],
  [TAG.universalString, decodeUnits(4)],
]);

// Case, spaces and the kind of string do not tell two names apart.
function comparable(text: string): string {
  return JSON.stringify(text.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' '));
}

function readAttribute(element: Element, emails: string[]): string {
  const attribute = new DerReader(element.contents);
  const type = readOid(attribute.read(TAG.oid).contents);
  const { tag, contents } = attribute.readAny();
  attribute.finish();
  const decode = DECODERS.get(tag);
  if (decode === undefined) throw new Flaw('it has a name that is not text');
  const text = decode(contents);
  if (type === EMAIL_ADDRESS) emails.push(text);
  return `${type}=${comparable(text)}`;
}

/** Reads a name: a sequence of sets of attributes (RFC 5280 section 4.1.2.4). @throws Flaw */
export function readName(bytes: Uint8Array): DistinguishedName {
  const name = open(bytes, TAG.sequence);
  const parts: string[] = [];
  const emails: string[] = [];
  let count = 0;
  while (!name.atEnd) {
    const set = new DerReader(name.read(TAG.set).contents);
    const attributes: string[] = [];
    let before: Uint8Array | undefined;
    while (!set.atEnd) {
      if (++count > MAX_ATTRIBUTES) throw new Flaw('it has a name of too many attributes');
      const attribute = set.read(TAG.sequence);
      if (before !== undefined && Buffer.compare(before, attribute.bytes) >= 0) {
        throw new Flaw('it has a name whose attributes are not in the order of DER');
      }
      before = attribute.bytes;
      attributes.push(readAttribute(attribute, emails));
    }
    if (before === undefined) throw new Flaw('it has a name with an empty part');
    parts.push(attributes.sort().join('+'));
  }
  return { bytes, parts, emails };
}

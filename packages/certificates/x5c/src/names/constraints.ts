import { DerReader, type Element, open } from '../der/reader.ts';
import { context, TAG } from '../der/tags.ts';
import { readAscii } from '../der/values.ts';
import { Flaw } from '../flaw.ts';
import { FORMS, type GeneralName, readDirectoryName, splitMailbox } from './general-name.ts';
import { isHost } from './hosts.ts';

/** The space of names an issuer may certify: names of a form that is mentioned must be permitted and not excluded. */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

const MAX_SUBTREES = 64;

function isHostOrBelow(text: string): boolean {
  return isHost(text.replace(/^\./, ''));
}

const TEXT_RULES: Readonly<Record<'email' | 'dns' | 'uri', (text: string) => boolean>> = {
  email: (text) =>
    text.includes('@') ? splitMailbox(text) !== undefined : isHostOrBelow(text.toLowerCase()),
  dns: (text) => text === '' || isHost(text.toLowerCase()),
  uri: (text) => isHostOrBelow(text.toLowerCase()),
};

// A mask is ones and then zeros: anything else is a mistake, or a trick.
function isMask(mask: Uint8Array): boolean {
  const bits = [...mask].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits);
}

function readBase({ tag, contents }: Element): GeneralName {
  const form = FORMS.get(tag);
  switch (form) {
    case undefined:
      throw new Flaw('it constrains names of an unknown form');
    case 'other':
      return { form, tag };
    case 'directory':
      return { form, name: readDirectoryName(contents) };
    case 'ip': {
      const size = contents.length / 2;
      if ((size !== 4 && size !== 16) || !isMask(contents.subarray(size))) {
        throw new Flaw('it has a malformed constraint on addresses');
      }
      return { form, address: contents };
    }
    default: {
      const text = readAscii(contents);
      if (!TEXT_RULES[form](text)) throw new Flaw(`it has a malformed constraint of the form ${form}`);
      return { form, text };
    }
  }
}

// `minimum` is 0 and left out, `maximum` is never there (RFC 5280 section 4.2.1.10).
function readSubtrees(element: Element | undefined): readonly GeneralName[] {
  if (element === undefined) return [];
  const reader = new DerReader(element.contents);
  const bases: GeneralName[] = [];
  while (!reader.atEnd) {
    const subtree = new DerReader(reader.read(TAG.sequence).contents);
    bases.push(readBase(subtree.readAny()));
    subtree.finish();
    if (bases.length > MAX_SUBTREES) throw new Flaw('it has too many name constraints');
  }
  if (bases.length === 0) throw new Flaw('it has an empty list of name constraints');
  return bases;
}

/** Reads the extension. @throws Flaw */
export function readNameConstraints(value: Uint8Array): NameConstraints {
  const reader = open(value, TAG.sequence);
  const permitted = readSubtrees(reader.readOptional(context(0, 'constructed')));
  const excluded = readSubtrees(reader.readOptional(context(1, 'constructed')));
  reader.finish();
  if (permitted.length + excluded.length === 0)
    throw new Flaw('it has name constraints that constrain nothing');
  return { permitted, excluded };
}

import { DerReader, type Element } from '../der/reader.ts';
import { context, TAG } from '../der/tags.ts';
import { readAscii } from '../der/values.ts';
import { Flaw } from '../flaw.ts';
import { type DistinguishedName, readName } from './distinguished-name.ts';
import { isHost } from './hosts.ts';

/** The forms of names that constraints are understood for. */
export type NameForm = 'email' | 'dns' | 'uri' | 'directory' | 'ip';

/** One name of a certificate (RFC 5280 section 4.2.1.6). `other` is any form that is known but not understood. */
export type GeneralName =
  | { readonly form: 'email'; readonly text: string }
  | { readonly form: 'dns'; readonly text: string }
  | { readonly form: 'uri'; readonly text: string }
  | { readonly form: 'ip'; readonly address: Uint8Array }
  | { readonly form: 'directory'; readonly name: DistinguishedName }
  | { readonly form: 'other'; readonly tag: number };

/** The form of a name by its tag. */
export const FORMS: ReadonlyMap<number, NameForm | 'other'> = new Map([
  [context(0, 'constructed'), 'other'],
  [context(1, 'primitive'), 'email'],
  [context(2, 'primitive'), 'dns'],
  [context(3, 'constructed'), 'other'],
  [context(4, 'constructed'), 'directory'],
  [context(5, 'constructed'), 'other'],
  [context(6, 'primitive'), 'uri'],
  [context(7, 'primitive'), 'ip'],
  [context(8, 'primitive'), 'other'],
]);

/** Splits a mailbox. Undefined for what is none. */
export function splitMailbox(text: string): { local: string; host: string } | undefined {
  const at = text.indexOf('@');
  const local = text.slice(0, at);
  const host = text.slice(at + 1).toLowerCase();
  return at > 0 && !/[\s"(),:;<>[\\\]]/.test(local) && isHost(host) ? { local, host } : undefined;
}

/** The name inside a `directoryName`: the choice is tagged explicitly. @throws Flaw */
export function readDirectoryName(contents: Uint8Array): DistinguishedName {
  const reader = new DerReader(contents);
  const { bytes } = reader.read(TAG.sequence);
  reader.finish();
  return readName(bytes);
}

const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+$/;

/** Reads one name. @throws Flaw */
export function readGeneralName({ tag, contents }: Element): GeneralName {
  const form = FORMS.get(tag);
  switch (form) {
    case undefined:
      throw new Flaw('it has a name of an unknown form');
    case 'other':
      return { form, tag };
    case 'directory':
      return { form, name: readDirectoryName(contents) };
    case 'ip':
      if (contents.length !== 4 && contents.length !== 16) throw new Flaw('it has a malformed address');
      return { form, address: contents };
    default:
      return { form, text: readText(form, contents) };
  }
}

function readText(form: 'email' | 'dns' | 'uri', contents: Uint8Array): string {
  const text = readAscii(contents);
  const isGood =
    form === 'uri'
      ? URI.test(text)
      : form === 'email'
        ? splitMailbox(text) !== undefined
        : isHost(text.replace(/^\*\./, '').toLowerCase());
  if (!isGood) throw new Flaw(`it has a malformed name of the form ${form}`);
  return text;
}

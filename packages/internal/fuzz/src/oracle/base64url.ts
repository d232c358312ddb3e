import { isBase64urlText } from './grammar.ts';

const INDEX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Bytes of strict base64url: no padding, no other letters, zero bits after the last byte. Undefined for anything else. */
export function strictBase64url(text: string): Buffer | undefined {
  const rest = text.length % 4;
  if (rest === 1 || !isBase64urlText(text)) return undefined;
  if (rest !== 0) {
    const last = INDEX.indexOf(text.at(-1) as string);
    if (last % (rest === 2 ? 16 : 4) !== 0) return undefined;
  }
  return Buffer.from(text, 'base64url');
}

/** How many bytes a text of standard base64 with padding has, whatever its last bits are. Undefined for anything else. */
export function base64Length(text: string): number | undefined {
  if (text === '' || text.length % 4 !== 0) return undefined;
  let padding = 0;
  while (padding < 2 && text[text.length - 1 - padding] === '=') padding++;
  const letters = text.slice(0, text.length - padding);
  const isWritten =
    !/[-_]/.test(letters) && isBase64urlText(letters.replaceAll('+', '-').replaceAll('/', '_'));
  return isWritten ? (text.length / 4) * 3 - padding : undefined;
}

/** Bytes of standard base64 with padding and zero bits after the last byte. Undefined for anything else. */
export function strictBase64(text: string): Buffer | undefined {
  if (base64Length(text) === undefined) return undefined;
  return strictBase64url(text.replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_'));
}

import { Flaw } from '../flaw.ts';

const MAX_BYTES = 64;

/** An object identifier in its dotted form. Every number must be in its shortest form (X.690 section 8.19). */
export function readOid(contents: Uint8Array): string {
  if (contents.length === 0 || contents.length > MAX_BYTES || (contents[contents.length - 1] ?? 0) >= 0x80) {
    throw new Flaw('its DER has an object identifier of a wrong length');
  }
  const numbers: bigint[] = [];
  let number = 0n;
  let starting = true;
  for (const byte of contents) {
    if (starting && byte === 0x80)
      throw new Flaw('its DER has an object identifier that is not in its shortest form');
    number = (number << 7n) | BigInt(byte & 0x7f);
    starting = byte < 0x80;
    if (!starting) continue;
    numbers.push(number);
    number = 0n;
  }
  const [first = 0n, ...rest] = numbers;
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...rest].join('.');
}

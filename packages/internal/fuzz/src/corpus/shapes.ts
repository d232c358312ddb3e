import {
  arrived,
  HEADER_BYTES,
  type HostileToken,
  junkSignature,
  letters,
  segment,
  smallPayload,
  TOKEN_BYTES,
} from './hostile.ts';

const token = (name: string, make: (number: number) => string): HostileToken => ({
  name: `token: ${name}`,
  make: (number) => arrived(make(number)),
});

const header = (number: number): string =>
  segment(`{"n":"${letters(number, 12)}","typ":"wid+jwt","alg":"HS256","kid":"${letters(number, 22)}"}`);
const long = (number: number, length: number): string => letters(number, 12) + 'A'.repeat(length - 12);
const LEFT = TOKEN_BYTES - 300;
const HEADER_LETTERS = Math.floor((HEADER_BYTES * 4) / 3);

/** Tokens whose cost is in how they are cut and decoded, and not in what they say. */
export const SHAPES: readonly HostileToken[] = [
  token('no dots', (number) => long(number, TOKEN_BYTES)),
  token('dots', (number) => `${letters(number, 12)}${'.'.repeat(TOKEN_BYTES - 12)}`),
  token('a mebibyte', (number) => `${header(number)}.${long(number, 2 ** 20)}.${junkSignature(number)}`),
  token('a mebibyte of dots', (number) => `${letters(number, 12)}${'.'.repeat(2 ** 20)}`),
  token(
    'a header larger than allowed',
    (number) => `${long(number, HEADER_LETTERS + 8)}.e30.${junkSignature(number)}`,
  ),
  token(
    'a header that is no text',
    (number) => `${long(number, HEADER_LETTERS)}.e30.${junkSignature(number)}`,
  ),
  token(
    'a header that ends on no byte',
    (number) => `${long(number, HEADER_LETTERS - 1)}B.e30.${junkSignature(number)}`,
  ),
  token(
    'a header with padding',
    (number) => `${long(number, HEADER_LETTERS - 3)}==.e30.${junkSignature(number)}`,
  ),
  token(
    'a header of the other alphabet',
    (number) => `${letters(number, 12)}${'+/'.repeat(HEADER_LETTERS / 2 - 8)}.e30.${junkSignature(number)}`,
  ),
  token(
    'a large payload and an unknown key',
    (number) => `${header(number)}.${long(number, LEFT)}.${junkSignature(number)}`,
  ),
  token(
    'a large payload of escapes and an unknown key',
    (number) =>
      `${header(number)}.${segment(`{"n":"${letters(number, 12)}","x":"${'\\u0061'.repeat(1_900)}"}`)}.${junkSignature(number)}`,
  ),
  token(
    'a large payload that ends on no byte',
    (number) => `${header(number)}.${long(number, LEFT)}B.${junkSignature(number)}`,
  ),
  token('a large signature', (number) => `${header(number)}.e30.${long(number, LEFT)}`),
  token('a signature that ends on no byte', (number) => `${header(number)}.e30.${long(number, 1_364)}B`),
  token(
    'a signature of the other alphabet',
    (number) => `${header(number)}.e30.${letters(number, 12)}${'+/'.repeat(670)}`,
  ),
  token(
    'header, payload and signature as large as they go',
    (number) => `${long(number, HEADER_LETTERS - 4)}.${long(number, 4_000)}.${long(number, 1_360)}`,
  ),
  {
    name: 'token: characters beyond Latin-1',
    make: (number) =>
      `${header(number)}.${letters(number, 12)}${'\u4141'.repeat(LEFT)}.${junkSignature(number)}`,
  },
  {
    name: 'token: one character beyond Latin-1',
    make: (number) => `${header(number)}.${long(number, LEFT)}\u0141.${junkSignature(number)}`,
  },
  token(
    'five segments',
    (number) => `${header(number)}.${long(number, 4_000)}.${long(number, 4_000)}.AAAA.AAAA`,
  ),
  token('JSON', (number) =>
    JSON.stringify({
      payload: smallPayload(number),
      signatures: [{ protected: header(number), signature: 'AAAA' }],
    }),
  ),
];

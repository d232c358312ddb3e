import { filled, type HostileToken, letters, withHeader } from './hostile.ts';

/** A header in which everything but one part is in order. A nonce comes first: caches look at the beginning. */
type Part = (number: number) => string;

const start = (number: number, kid = letters(number + 7, 22)): string =>
  `{"n":"${letters(number, 12)}","typ":"wid+jwt","alg":"HS256","kid":"${kid}",`;

const header = (name: string, text: Part): HostileToken => ({
  name: `header: ${name}`,
  make: (number) => withHeader(text(number), number),
});

/** A header that is filled with one piece, within a value. */
const full = (name: string, before: string, piece: string, after: string): HostileToken =>
  header(name, (number) => filled(start(number) + before, piece, after));

const SMALL = 31;
/** As many members as a header may have, with as many escapes as it may have, as long as it may be. */
const members =
  (piece: string, each: number): Part =>
  (number) => {
    const rest = Math.floor((8_192 - 200) / SMALL) - 8;
    const value = piece.repeat(each) + 'x'.repeat(Math.max(0, rest - piece.length * each));
    const list = Array.from({ length: SMALL - 4 }, (_, at) => `"${String.fromCharCode(97 + at)}":"${value}"`);
    return `${start(number)}${list.join(',')}}`;
  };

/** Headers that are as expensive to read as their 8 KiB allow. */
const HEADERS: readonly HostileToken[] = [
  full('escapes of letters', '"x":"', '\\u0061', '"}'),
  full('escaped quotes', '"x":"', '\\"', '"}'),
  full('escaped slashes', '"x":"', '\\/', '"}'),
  full('escaped backslashes', '"x":"', '\\\\', '"}'),
  full('escaped line ends', '"x":"', '\\n', '"}'),
  full('escaped pairs of surrogates', '"x":"', '\\ud83d\\ude00', '"}'),
  full('escapes that end in a lone surrogate', '"x":"', '\\u0061', '\\ud800"}'),
  full('backslashes without an end', '"x":"', '\\\\', ''),
  full('a name of escapes', '"', '\\u0061', '":1}'),
  header(
    'members',
    (number) => `${start(number)}"x":{${Array.from({ length: 780 }, (_, at) => `"m${at}":1`).join(',')}}}`,
  ),
  full('the same member again and again', '"x":{', '"a":1,', '"a":1}}'),
  full('members with escaped names', '"x":{', '"\\u0061":1,', '"z":1}}'),
  full('members of numbers', '"x":{', '"1":1,', '"2":1}}'),
  full('members of large numbers', '"x":{', '"4294967294":1,', '"2":1}}'),
  full('members in objects', '"x":[', '{"a":1},', '1]}'),
  full('empty names', '"x":{', '"":1,', '"":1}}'),
  full('prototypes', '"x":{', '"__proto__":{},', '"z":1}}'),
  full('nesting without an end', '"x":', '[', ''),
  full('nesting in objects without an end', '"x":', '{"a":', ''),
  header(
    'nesting to the bottom',
    (number) => `${start(number)}"x":${'['.repeat(4_000)}${']'.repeat(4_000)}}`,
  ),
  full('nesting as deep as allowed, often', '"x":[', '[[[[[[]]]]]],', '1]}'),
  full('nesting of objects as deep as allowed', '"x":[', '{"a":{"a":{"a":{"a":{}}}}},', '1]}'),
  full('a long number', '"x":', '9', '}'),
  full('a long fraction', '"x":0.', '1', '}'),
  full('a long exponent', '"x":1e', '9', '}'),
  full('zeros of a small number', '"x":0.', '0', '1e-308}'),
  full('numbers', '"x":[', '1.7976931348623157e308,', '1]}'),
  full('small numbers', '"x":[', '5e-324,', '1]}'),
  full('digits', '"x":[', '1,', '1]}'),
  full('empty arrays', '"x":[', '[],', '1]}'),
  full('empty objects', '"x":[', '{},', '1]}'),
  full('empty texts', '"x":[', '"",', '1]}'),
  full('short texts', '"x":[', '"ab",', '1]}'),
  full('words', '"x":[', 'true,false,null,', '1]}'),
  full('white space', '"x":', ' ', '1}'),
  full('line ends', '"x":', '\n', '1}'),
  full('quotes', '"x":', '"', '1}'),
  full('quotes, and a backslash at the end', '"x":', '"', '\\'),
  full('quotes, and wide characters', '"€":', '"', '1}'),
  full('quotes, wide characters, and a backslash at the end', '"€":', '"', '\\'),
  full('texts without anything between them', '"x":[', '"a"', ']}'),
  full('colons', '"x":', ':', '1}'),
  full('commas', '"x":', ',', '1}'),
  full('one long text', '"x":"', 'x', '"}'),
  full('one long name', '"', 'x', '":1}'),
  full('two-byte characters', '"x":"', 'é', '"}'),
  full('three-byte characters', '"x":"', '€', '"}'),
  full('four-byte characters', '"x":"', '😀', '"}'),
  full('the character that stands for a wrong one', '"x":"', '\ufffd', '"}'),
  header('as many members and escapes as allowed', members('\\u0061', 8)),
  header('as many members and short escapes as allowed', members('\\/', 8)),
  header('as many texts of two bytes as allowed', members('é', 40)),
  full('a key identifier as long as a header', '"kid":"', 'A', '"}'),
  header('a type as long as a header', (number) =>
    filled(`{"n":"${letters(number, 12)}","alg":"HS256","typ":"`, 'a', '"}'),
  ),
  header('an algorithm as long as a header', (number) =>
    filled(`{"n":"${letters(number, 12)}","typ":"wid+jwt","alg":"`, 'A', '"}'),
  ),
  full('a refused member at the end', '"x":"', 'x', '","crit":["x"]}'),
  header('nothing in it', () => '{}'),
  header('a number', (number) => `${number}`),
  header('an unknown key', (number) => `${start(number).slice(0, -1)}}`),
  header(
    'an unknown key of a pair',
    (number) => `${start(number, letters(number, 43)).slice(0, -1).replace('HS256', 'ES256')}}`,
  ),
];

const ofBytes = (name: string, bytes: (number: number) => Buffer): HostileToken => ({
  name: `header: ${name}`,
  make: (number) => withHeader(bytes(number), number),
});

/** All of them. */
export const HEADER_TOKENS: readonly HostileToken[] = [
  ...HEADERS,
  ofBytes('bytes that are not UTF-8', (number) =>
    Buffer.concat([Buffer.from(start(number)), Buffer.alloc(8_000, 0xff)]),
  ),
  ofBytes('the last byte is not UTF-8', (number) =>
    Buffer.concat([Buffer.from(filled(`${start(number)}"x":"`, '\ufffd', '"', 8_190)), Buffer.from([0xff])]),
  ),
];

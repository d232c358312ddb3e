import type { Random } from '../random.ts';

const DOMAINS = [
  'prod.example.com',
  'a',
  '-',
  '.',
  '..',
  '_',
  '0',
  'A',
  'prod.Example.com',
  'a b',
  'ü',
  'xn--a',
  'a:1',
  'a@b',
  'a%2f',
  '',
  '127.0.0.1',
  '[::1]',
  'a\u0000',
  'a\u200d',
  'ａ',
  'ſ',
  'K',
  'İ',
  '*',
];
const SEGMENTS = [
  'a',
  'Z',
  '0',
  '.',
  '..',
  '...',
  '.a',
  'a.',
  '-',
  '_',
  '~',
  '%2e',
  '',
  '*',
  '**',
  'a*',
  'a b',
  'é',
  'e\u0301',
  '😀',
  '\ud800',
  '\u0000',
  '\n',
  '\r',
  '\t',
  ':',
  '@',
  '?',
  '#',
  '\\',
  ';',
  '+',
  '\u2024',
  '\u002e',
  'a\u00ad',
  '‥',
  '∕',
  '／',
];
const SCHEMES = [
  'spiffe://',
  'spiffe://',
  'spiffe://',
  'https://',
  'https://',
  'SPIFFE://',
  'Spiffe://',
  'spiffe:/',
  'spiffe:',
  'spiffe:///',
  'http://',
  'HTTPS://',
  '//',
  '',
  ' spiffe://',
  'ﬁspiffe://',
  'spiffe\u200b://',
  'spiffe:\\\\',
];
const ENDS = [
  '',
  '',
  '',
  '',
  '/',
  '/*',
  '*',
  '/.',
  '/..',
  '?',
  '#',
  ' ',
  '\n',
  '\u0000',
  ':1',
  ':0',
  ':01',
  ':99999',
  ':100000',
  ':',
  '.',
  '-',
];
const LENGTHS = [
  1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129, 253, 254, 255, 256, 257, 2_030, 2_047, 2_048, 2_049, 4_096,
];
const UNITS = [...'azAZ09._-~:/*!%@ ', 'é', '\u007f', '\u0000', '\u0141', '\u{1f600}', '\ud83d'];

/** A text of pieces of names, good and bad. */
function ofPieces(random: Random): string {
  const path = Array.from({ length: random.int(5) }, () =>
    random.pick(random.chance(0.6) ? ['a', 'b-c', 'X_1', '.a'] : SEGMENTS),
  );
  const domain = random.pick(random.chance(0.6) ? DOMAINS.slice(0, 2) : DOMAINS);
  return random.pick(SCHEMES) + [domain, ...path].join('/') + random.pick(ENDS);
}

/** A text of one letter, as long as something may be or longer. */
function ofLength(random: Random): string {
  const length = random.pick(LENGTHS) + random.int(3) - 1;
  const letter = random.pick(UNITS);
  return (
    random.pick(['', '', 'spiffe://a/', 'https://', 'https://a/', 'spiffe://']) +
    letter.repeat(length) +
    random.pick(['', '', '/a', '/*', '/'])
  );
}

/** A text that is exactly as long as a name may be, or one longer or shorter. */
function ofExactLength(random: Random): string {
  const start = random.pick([
    'spiffe://prod.example.com/a/',
    'https://sts.example.com/a',
    'spiffe://a/',
    'https://a',
  ]);
  const end = random.pick(['', '', '/*', '/a', 'é', '/.']);
  const length = 2_048 + random.pick([-1, 0, 0, 0, 1]);
  return start + 'a'.repeat(Math.max(0, length - start.length - end.length)) + end;
}

const random = (random: Random): string =>
  Array.from({ length: random.int(24) }, () => random.pick(UNITS)).join('');

/** A change of one or two letters. */
function altered(text: string, random: Random): string {
  const at = random.int(text.length + 1);
  return text.slice(0, at) + random.pick([...UNITS, '', '']) + text.slice(at + random.int(2));
}

/** Any text that might be a name. */
export function textOf(source: Random): string {
  const make = source.pick([ofPieces, ofPieces, ofPieces, ofPieces, ofLength, ofExactLength, random]);
  const text = make(source);
  return source.chance(0.3) ? altered(text, source) : text;
}

import type { Random } from '../random.ts';
import type { Mutation } from './draft.ts';

type Text = (text: string, random: Random) => string;
type Bytes = (bytes: Buffer, random: Random) => Buffer;

const TEXTS: Readonly<Record<string, Text>> = {
  'white space everywhere': (text, random) =>
    text.replace(
      /[,:{}[\]]/g,
      (mark) => random.pick([' ', '\n', '\t\r', '']) + mark + random.pick([' ', '', '\n']),
    ),
  'white space around': (text, random) =>
    random.pick([' ', '\n\n', '\t']) + text + random.pick([' ', '\r\n', '']),
  'white space of another kind': (text, random) =>
    random.pick(['\u00a0', '\u2003', '\u000b', '\u000c', '\ufeff']) + text,
  'something after it': (text, random) => text + random.pick(['{}', ',', 'x', '\u0000', ']', '}', '//']),
  'its end is missing': (text, random) => text.slice(0, random.int(text.length)),
  'in an array': (text) => `[${text}]`,
  'as a text': (text) => JSON.stringify(text),
  'in an object': (text) => `{"a":${text}}`,
  'another value': (_, random) =>
    random.pick(['null', 'true', '1', '""', '[]', '{}', '', ' ', '"a"', '{', '[', '[{}]']),
  'a comment': (text) => text.replace('{', '{/* */'),
  'a comma too many': (text) => text.replace(/}$/, ',}'),
  'single quotes': (text) => text.replaceAll('"', "'"),
  'a letter is another': (text, random) => {
    const at = random.int(text.length + 1);
    return (
      text.slice(0, at) +
      random.pick([
        '"',
        '\\',
        '{',
        '}',
        '[',
        ',',
        ':',
        ' ',
        '0',
        'a',
        '\u0000',
        'é',
        '😀',
        '\\u0061',
        '\\"',
        '\\/',
      ]) +
      text.slice(at + random.int(2))
    );
  },
  'a part stands twice': (text, random) => {
    const [from, to] = [random.int(text.length), random.int(text.length)].sort((a, b) => a - b) as [
      number,
      number,
    ];
    return text.slice(0, to) + text.slice(from);
  },
};

const flip: Bytes = (bytes, random) => {
  const copy = Buffer.from(bytes);
  for (let count = 1 + random.int(3); count > 0 && copy.length > 0; count--) {
    const at = random.int(copy.length);
    copy[at] = random.chance(0.5) ? (copy[at] as number) ^ (1 << random.int(8)) : random.int(256);
  }
  return copy;
};

const insert =
  (...sequences: readonly string[]): Bytes =>
  (bytes, random) => {
    const at = random.int(bytes.length + 1);
    return Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from(random.pick(sequences), 'hex'),
      bytes.subarray(at),
    ]);
  };

const BYTES: Readonly<Record<string, Bytes>> = {
  'bytes are others': flip,
  'a byte order mark': (bytes) => Buffer.concat([Buffer.from('efbbbf', 'hex'), bytes]),
  'bytes that are not UTF-8': insert(
    'ff',
    'c080',
    'eda080',
    'e28282ff',
    'f8888080',
    'c0af',
    'f4908080',
    '80',
    'edb080',
    'efbfbe',
  ),
  'the character that stands for a wrong one': insert('efbfbd'),
  'UTF-16': (bytes) => Buffer.from(bytes.toString(), 'utf16le'),
  'Latin-1': (bytes) => Buffer.from(`${bytes.toString()} é`, 'latin1'),
};

const on = (part: 'header' | 'payload'): readonly Mutation[] => [
  ...Object.entries(TEXTS).map(
    ([name, change]): Mutation => ({
      name: `${part} text: ${name}`,
      apply: (draft, random) => void draft[`${part}Text`].push((text) => change(text, random)),
    }),
  ),
  ...Object.entries(BYTES).map(
    ([name, change]): Mutation => ({
      name: `${part} bytes: ${name}`,
      apply: (draft, random) => void draft[`${part}Bytes`].push((bytes) => change(bytes, random)),
    }),
  ),
];

/** Changes of the JSON texts and of their bytes; the signature covers them. */
export const TEXT_MUTATIONS: readonly Mutation[] = [...on('header'), ...on('payload')];

import type { Random } from '../random.ts';

type Change = (text: string, random: Random) => string;

/** Where a member of an object begins, in a text that is JSON. */
function someName(text: string, random: Random): RegExpExecArray | undefined {
  const names = [...text.matchAll(/"((?:[^"\\]|\\.)*)"\s*:/g)];
  return names.length === 0 ? undefined : (random.pick(names) as RegExpExecArray);
}

const escapedName: Change = (text, random) => {
  const found = someName(text, random);
  if (found === undefined) return text;
  const name = (found[1] ?? '').replace(/[a-z]/, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);
  return `${text.slice(0, found.index)}"${name}":${text.slice(found.index + found[0].length)}`;
};

const repeatedName: Change = (text, random) => {
  const found = someName(text, random);
  if (found === undefined) return text;
  const again = random.chance(0.5)
    ? found[0]
    : found[0].replace(/[a-z]/, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);
  return `${text.slice(0, found.index)}${again}${random.pick(['1', 'null', '[]', '""', '{}'])},${text.slice(found.index)}`;
};

/** Changes of a JSON text that its value does not show, or that make it no JSON. */
const CHANGES: readonly Change[] = [
  (text) => text,
  escapedName,
  repeatedName,
  (text) => JSON.stringify(JSON.parse(text), undefined, 2),
  (text, random) => text.replaceAll(',', random.pick([' ,', ',\n', ',\t', ',,'])),
  (text) => text.replace(/}$/, ',}'),
  (text) => text.replace('{', '{/* a comment */'),
  (text) => text.replace('{', '{ // a comment\n'),
  (text) => `\ufeff${text}`,
  (text, random) => text.slice(0, random.int(text.length)),
  (text, random) => text + random.pick([' ', '\n', '{}', 'x', '\u0000', ',']),
  (text, random) => {
    const at = random.int(text.length);
    return (
      text.slice(0, at) +
      random.pick([
        '"',
        '\\',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        ' ',
        '\n',
        '\u0000',
        'é',
        '\ud800',
        '0',
        '\\u0061',
      ]) +
      text.slice(at + random.int(2))
    );
  },
  (text) => text.replaceAll('"', "'"),
  (text, random) =>
    text.replace(/\d+/, (number) =>
      random.pick([`${number}.0`, `${number}e0`, `0${number}`, `-${number}`, '1e400', `${number}.5`]),
    ),
  (text, random) => `${'['.repeat(random.pick([1, 14, 15, 16, 17, 40]))}${text}`,
];

/** A change of a JSON text. */
export const alteredJson: Change = (text, random) => random.pick(CHANGES)(text, random);

import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FENCE = /^(```|~~~).*?^\1/gms;
const LINK = /!?\[[^\]]*\]\(([^)\s]+)[^)]*\)/g;
const REFERENCE = /^\[[^\]]+\]:\s+(\S+)/gm;

/** The anchor a heading gets: lower case, punctuation gone, blanks as hyphens. */
const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

function anchorsOf(text: string): readonly string[] {
  const headings = text.replaceAll(FENCE, '').matchAll(/^#{1,6}\s+(.*)$/gm);
  return [...headings].map(([, heading = '']) => anchorOf(heading));
}

/** The relative links of a Markdown file that lead nowhere, a line each. */
export function brokenLinks(root: string, file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const prose = text.replaceAll(FENCE, '').replaceAll(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));
  const targets = [LINK, REFERENCE].flatMap((pattern) =>
    [...prose.matchAll(pattern)].map(([, target = '']) => target),
  );
  return targets
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target))
    .flatMap((target) => {
      const [path = '', anchor] = target.split('#');
      const place = path === '' ? join(root, file) : join(root, dirname(file), decodeURI(path));
      if (!existsSync(place)) return [`${file}: ${target} leads nowhere`];
      if (anchor === undefined || anchor === '' || statSync(place).isDirectory()) return [];
      const known = anchorsOf(readFileSync(place, 'utf8')).includes(anchor);
      return known ? [] : [`${file}: ${target} names a heading that is not there`];
    });
}

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runReadmeSample } from '../../../internal/tools/src/readme-samples.ts';
import { REFUSED_HEADERS } from './header.ts';
import { ALGORITHMS } from './index.ts';

const readme = new URL('../README.md', import.meta.url);
const text = readFileSync(readme, 'utf8');

/** The first cells of a table of the README, and whether the second says `required`. */
function rows(heading: string): ReadonlyMap<string, boolean> {
  const [, section = ''] = text.split(`## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  return new Map(
    [...table.matchAll(/^\| `([^`]+)` +\| (.*?) +\|/gm)].map(([, name = '', need]) => [
      name,
      need === 'required',
    ]),
  );
}

describe('README', () => {
  it('has a sample that prints what it says', () => {
    const { stdout, stderr, expected } = runReadmeSample(readme, 'sample.ts');
    expect({ stdout, stderr }).toEqual({ stdout: expected, stderr: '' });
  });

  it('lists every claim, and which are required', () => {
    const schema = JSON.parse(
      readFileSync(new URL('../schemas/claims.schema.json', import.meta.url), 'utf8'),
    ) as {
      readonly properties: Record<string, unknown>;
      readonly required: readonly string[];
    };
    const claims = rows('Claims');
    expect([...claims.keys()]).toEqual(Object.keys(schema.properties));
    expect([...claims].filter(([, required]) => required).map(([name]) => name)).toEqual(schema.required);
  });

  it('lists every header member that is refused, and every algorithm', () => {
    expect([...rows('Header').keys()]).toEqual(['typ', 'alg', 'kid', 'x5c']);
    for (const name of REFUSED_HEADERS) expect(text).toContain(`\`${name}\``);
    for (const name of Object.keys(ALGORITHMS))
      expect(text).toMatch(new RegExp(`\\| one of .*\\b${name}\\b`));
  });
});

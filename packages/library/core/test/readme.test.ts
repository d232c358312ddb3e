import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runReadmeSample } from '../../../internal/tools/src/readme-samples.ts';
import { events } from '../src/index.ts';

const readme = new URL('../README.md', import.meta.url);
const text = readFileSync(readme, 'utf8');

/** The names in the first column of the table under a heading. */
function names(heading: string): string[] {
  const [, section = ''] = text.split(`## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  return [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name);
}

describe('the README', () => {
  test('has a sample that prints what it says', () => {
    const { stdout, stderr, expected } = runReadmeSample(readme, 'sample.ts');
    expect({ stdout, stderr }).toEqual({ stdout: expected, stderr: '' });
  });

  test('lists the settings there are, and no other', () => {
    const settings = (file: string, name: string): string[] => {
      const source = readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8');
      const [, members = ''] = source.match(new RegExp(`const ${name} = \\{([^}]*)\\}`)) ?? [];
      return [...members.matchAll(/(\w+): true/g)].map(([, setting = '']) => setting);
    };
    const verifier = settings('verify/verifier-options.ts', 'VERIFIER_OPTIONS');
    expect(verifier).toContain('audiences');
    expect(names('Settings of a verifier')).toEqual(verifier);
    const bundle = settings('bundle/bundle-options.ts', 'BUNDLE_OPTIONS');
    expect(bundle).toContain('bundle');
    expect(names('Settings of a bundle source')).toEqual(bundle);
  });

  test('lists the channels there are', () => {
    expect(names('Events').sort()).toEqual(
      [...Object.keys(events), 'http'].map((name) => `workload-identity:${name}`).sort(),
    );
  });
});

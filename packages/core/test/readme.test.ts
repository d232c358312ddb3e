import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readmeSamples } from '../../tools/src/readme-samples.ts';
import { createBundleSource, createVerifier, events } from '../src/index.ts';

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
    const [sample, output] = readmeSamples(readme).filter(({ language }) => language !== 'sh');
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module-typescript', '--eval', sample?.code ?? ''],
      { cwd: join(import.meta.dirname, '..'), encoding: 'utf8' },
    );
    expect({ stdout, stderr }).toEqual({ stdout: output?.code, stderr: '' });
  });

  test('lists the settings there are, and no other', () => {
    const unknown = (name: string, make: (options: never) => unknown): boolean => {
      try {
        make({ [name]: null } as never);
      } catch (error) {
        return (error as Error).message === `\`${name}\` is not an option`;
      }
      return false;
    };
    const verifier = names('Settings of a verifier');
    const bundle = names('Settings of a bundle source');
    expect([verifier.length, bundle.length]).toEqual([8, 6]);
    expect(verifier.filter((name) => unknown(name, createVerifier))).toEqual([]);
    expect(bundle.filter((name) => unknown(name, createBundleSource))).toEqual([]);
    expect(unknown('audience', createVerifier)).toBe(true);
  });

  test('lists the channels there are', () => {
    expect(names('Events').sort()).toEqual(
      [...Object.keys(events), 'http'].map((name) => `workload-identity:${name}`).sort(),
    );
  });
});

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A fenced block of a README that is meant to be a file: its fence names it, as in "```ts orders.mts". */
export interface Sample {
  readonly language: string;
  /** The name after the language; empty where there is none. */
  readonly name: string;
  readonly code: string;
}

/** In a list item a block is indented, and its lines with it. */
const FENCE = /^( *)```([a-z]+) ?([^\n]*)\n(.*?)^\1```$/gms;

/** The samples of a README, in order. */
export function readmeSamples(file: URL): readonly Sample[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(FENCE)].map(([, indent = '', language = '', name = '', code = '']) => ({
    language,
    name,
    code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** Runs a sample of a package's README in that package. Its test names it: the documentation is held to that. */
export function runReadmeSample(file: URL, name: string) {
  const samples = readmeSamples(file);
  const sample = samples.find((one) => one.name === name);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module-typescript', '--eval', sample?.code ?? ''],
    { cwd: fileURLToPath(new URL('.', file)), encoding: 'utf8' },
  );
  return { stdout, stderr, expected: samples.find(({ language }) => language === 'text')?.code };
}

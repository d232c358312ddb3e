import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { readmeSamples, type Sample } from '../../tools/src/readme-samples.ts';
import { markdownFiles, root } from './pages.ts';

/** A sample, and the Markdown file it stands in, from the root. */
export interface Shown extends Sample {
  readonly page: string;
}

/** Every Markdown file that somebody reads who uses or changes the packages. */
export const DOCUMENTATION = markdownFiles().filter((file) =>
  /^(README\.md|docs\/.*|packages\/[^/]+\/[^/]+\/README\.md)$/.test(file),
);

export const shownIn = (page: string): readonly Shown[] =>
  readmeSamples(pathToFileURL(join(root, page))).map((sample) => ({ page, ...sample }));

export const isProgram = ({ language }: Sample): boolean => language === 'ts' || language === 'js';

/** Lines that open or close a block: two for each sample, or one of them is not seen. */
export const fencesIn = (page: string): number =>
  readFileSync(join(root, page), 'utf8').match(/^ *(?:```|~~~)/gm)?.length ?? 0;

/** A folder from which a program of the page finds what it imports: in its package, or in this one. Gone when the test is. */
function folderFor(page: string, opened: Map<string, string>): string {
  const home = /^packages\/[^/]+\/[^/]+\//.exec(page)?.[0] ?? 'packages/internal/release/';
  const folder = opened.get(home) ?? mkdtempSync(join(root, home, '.readme-'));
  if (!opened.has(home)) onTestFinished(() => rmSync(folder, { recursive: true }));
  opened.set(home, folder);
  return folder;
}

/** Compiles programs as strict TypeScript, those in JavaScript too: what the compiler says, a line each, by page and name. */
export function compileErrors(programs: readonly Shown[]): readonly string[] {
  const opened = new Map<string, string>();
  const files = new Map<string, string>();
  for (const [index, { page, name, code }] of programs.entries()) {
    const folder = join(folderFor(page, opened), `${index}`);
    mkdirSync(folder);
    const file = join(folder, `${name.replace(/\.m?[jt]s$/, '')}.mts`);
    writeFileSync(file, code);
    files.set(file, `${page}: ${name}`);
  }
  const folder = folderFor('README.md', opened);
  // Programs of a reader's own project are not held to the flags of this one beyond `strict`.
  const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false };
  const config = { extends: '../../../../tsconfig.base.json', compilerOptions, files: [...files.keys()] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const args = ['--project', folder, '--pretty', 'false'];
  const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), args, { cwd: root, encoding: 'utf8' });
  // The source of the packages is held by `npm run types`; a line that is indented goes on with the one before.
  return stdout.split('\n').flatMap((line) => {
    const [, path = '', rest = ''] = /^([^(\s]+)(\(.*)$/.exec(line) ?? [];
    const program = files.get(join(root, path));
    return program === undefined ? [] : [program + rest];
  });
}

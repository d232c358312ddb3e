import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PAGES, root } from './pages.ts';
import { RUN_BY } from './run-by.ts';
import { compileErrors, DOCUMENTATION, fencesIn, isProgram, type Shown, shownIn } from './samples.ts';

const samples = DOCUMENTATION.flatMap(shownIn);
const programs = samples.filter(isProgram);
const where = ({ page, name }: Shown): string => `${page}: ${name}`;

/** What a block may be written in. Programs are `ts` or `js`; the others are held by the tests below. */
const LANGUAGES = ['ts', 'js', 'json', 'jsonc', 'sh', 'text', 'diff', 'abnf'];

describe('every block of the documentation', () => {
  it.each(DOCUMENTATION)('of %s is seen, and in a language that is held', (page) => {
    const shown = shownIn(page);
    expect(fencesIn(page)).toBe(2 * shown.length);
    for (const { language } of shown) expect(LANGUAGES).toContain(language);
  });

  it('that is a program has a name of its own', () => {
    expect(programs.length).toBeGreaterThan(30);
    expect(programs.filter(({ name }) => !/^[a-z-]+\.(?:m[jt]s|ts)$/.test(name)).map(where)).toEqual([]);
    expect(new Set(programs.map(where)).size).toBe(programs.length);
  });

  it('that is JSON can be read', () => {
    const json = samples.filter(({ language }) => language === 'json' || language === 'jsonc');
    for (const { page, code } of json) expect(() => JSON.parse(code), `${page}\n${code}`).not.toThrow();
  });

  it('that is for the shell is one it understands', () => {
    const scripts = samples.filter(({ language }) => language === 'sh');
    expect(scripts.length).toBeGreaterThan(10);
    for (const { page, code } of scripts) {
      const input = code.replaceAll(/<[A-Za-z-]+>/g, 'what-the-reader-puts-there');
      const { status, stderr } = spawnSync('sh', ['-n'], { input, encoding: 'utf8' });
      expect({ page, status, stderr }).toEqual({ page, status: 0, stderr: '' });
    }
  });
});

describe('every program of the documentation', () => {
  it('is run: here, for it says what it prints, or by a test that is named', () => {
    const elsewhere = Object.entries(RUN_BY).flatMap(([page, tests]) =>
      Object.values(tests).flatMap((names) => names.map((name) => `${page}: ${name}`)),
    );
    const here = programs.filter(
      ({ page, name }) =>
        PAGES.some((one) => page === `docs/${one}`) &&
        shownIn(page).some((one) => one.language === 'text' && one.name === name),
    );
    expect([...elsewhere, ...here.map(where)].sort()).toEqual(programs.map(where).sort());
  });

  it.each(
    Object.entries(RUN_BY).flatMap(([page, tests]) =>
      Object.entries(tests).map(([test, names]) => [page, test, names] as const),
    ),
  )('of %s that is run by %s is found there by its name', (page, test, names) => {
    const text = readFileSync(join(root, test), 'utf8');
    // A test may run a command of the page that runs the program.
    const commands = shownIn(page).filter(({ name }) => name !== '' && text.includes(`'${name}'`));
    const all = [text, ...commands.map(({ code }) => code)].join('\n');
    for (const name of names)
      expect(all, name).toMatch(new RegExp(`['\\s]${name.replace('.', '\\.')}['\\s)]`));
  });

  it('compiles as strict TypeScript, with the types of the packages it imports', () => {
    // One for each folder that must not compile tells that the compiler saw what stands in it.
    const pages = [
      'README.md',
      ...new Set(programs.map(({ page }) => page).filter((page) => page.startsWith('packages/'))),
    ];
    const wrong = pages.map((page) => ({
      page,
      name: 'wrong.mts',
      language: 'ts',
      code: 'export const wrong: string = 1;\n',
    }));
    const errors = compileErrors([...programs, ...wrong]);
    expect(errors.filter((line) => !line.includes(': wrong.mts('))).toEqual([]);
    expect(errors).toHaveLength(wrong.length);
  }, 120_000);
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../../../', import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const headings = (text: string): readonly string[] => text.match(/^## .+$/gm) ?? [];

const PROPOSALS = 'docs/contract/proposals';
const proposals = readdirSync(join(root, PROPOSALS)).filter((name) => name !== 'template.md');

describe('the template of a pull request', () => {
  const template = read('.github/pull_request_template.md');

  it.each([
    ['a test', 'A test fails without this change'],
    ['a changeset', 'node_modules/.bin:$PATH" changeset'],
    ['the proposal, when the contract is touched', `${PROPOSALS}/`],
    ['the check of the contract', 'npm run contract:check'],
  ])('asks for %s', (_, text) => {
    expect(template).toMatch(new RegExp(`^- \\[ \\] .*${text.replace(/[.*/$]/g, '\\$&')}`, 'm'));
  });

  it('names files and commands that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: object };
    const commands = [...template.matchAll(/`npm (?:run )?([a-z:]+)`/g)].map(([, name]) => name);
    expect(commands).toEqual(['test', 'contract:check']);
    for (const name of commands) expect(scripts).toHaveProperty([name ?? '']);
    const files = [...template.matchAll(/`((?:docs|packages)\/[A-Za-z0-9._/-]+)`/g)].map(
      ([, file = '']) => file,
    );
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) expect(existsSync(join(root, file)), file).toBe(true);
  });
});

describe('the proposals', () => {
  const wanted = headings(read(`${PROPOSALS}/template.md`));

  it('have at least one example', () => {
    expect(wanted).toHaveLength(8);
    expect(proposals.length).toBeGreaterThan(0);
  });

  it.each(proposals)('%s fills in every heading of the template', (name) => {
    const text = read(`${PROPOSALS}/${name}`);
    expect(name).toMatch(/^[0-9]{4}-[a-z0-9-]+\.md$/);
    expect(headings(text)).toEqual(wanted);
    expect(text).toMatch(/^Status: (?:proposed|accepted|refused|example)/m);
    const bodies = text.split(/^## .+$/m).slice(1);
    for (const body of bodies) expect(body.trim()).not.toBe('');
  });
});

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES } from '@workload-identity/contract';
import { parseTrustBundle } from '@workload-identity/contract/schemas';
import { readConfiguration } from '@workload-identity/sdk';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { configurationPage } from '../src/docs/configuration.ts';
import { brokenLinks } from '../src/docs/links.ts';
import { furnish, markdownFiles, openFolder, PAGES, readPage, root, runSample, samplesOf } from './pages.ts';

const samples = PAGES.flatMap((page) => samplesOf(page).map((sample) => ({ page, ...sample })));
// samples.test.ts sees to it that every program of `docs` is one of these, or is run by another test that it names.
const programs = samples.filter(
  ({ page, language, name }) =>
    language === 'ts' &&
    samples.some((one) => one.page === page && one.language === 'text' && one.name === name),
);
const documents = samples.filter(({ language }) => language === 'json');

const schemaOf = (path: string): object =>
  JSON.parse(readFileSync(join(root, 'packages', 'library', path), 'utf8'));
const validate = {
  bundle: new Ajv2020({ strict: false }).compile(schemaOf('contract/schemas/trust-bundle.schema.json')),
  configuration: new Ajv({ strict: false }).compile(schemaOf('sdk/config.schema.json')),
};

describe('the programs of the documentation', () => {
  it.each(programs.map(({ page, name }) => [page, name]))('of %s print what it says: %s', (page, name) => {
    const folder = openFolder();
    furnish(folder, page, name);
    const printed = samplesOf(page).find((one) => one.language === 'text' && one.name === name)?.code;
    expect(runSample(folder, name)).toEqual({ status: 0, stdout: printed, stderr: '' });
  });
});

describe('the JSON of the documentation', () => {
  it.each(documents.map(({ page, name, code }) => [page, name, code]))(
    'in %s is valid: %s',
    (_, name, code) => {
      const document: unknown = JSON.parse(code);
      const kind = name.startsWith('bundle') ? 'bundle' : 'configuration';
      expect(validate[kind](document), JSON.stringify(validate[kind].errors)).toBe(true);
      if (kind === 'bundle') expect(() => parseTrustBundle(document)).not.toThrow();
      else expect(() => readConfiguration(code)).not.toThrow();
    },
  );

  it('is refused where it breaks the schema', () => {
    const [shown] = documents.filter(({ name }) => name.startsWith('orders'));
    expect(validate.configuration({ ...JSON.parse(shown?.code ?? '{}'), sing: {} })).toBe(false);
  });
});

describe('links', () => {
  it('lead somewhere, in every Markdown file', () => {
    const files = markdownFiles();
    expect(files).toContain('docs/README.md');
    expect(files.flatMap((file) => brokenLinks(root, file))).toEqual([]);
  });

  it('that are broken are found, and only those', () => {
    const folder = openFolder();
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub/there.md'), '# A heading, with `code`\n\n```sh\n# none\n```\n');
    const lines = [
      '[good](sub/there.md) [good](sub/there.md#a-heading-with-code) [folder](sub/) [far](https://example.com/x)',
      '[bad](sub/gone.md) [bad](sub/there.md#none) `[code](nowhere.md)` [here](#top)',
      '# Top',
    ];
    writeFileSync(join(folder, 'page.md'), lines.join('\n'));
    expect(brokenLinks(folder, 'page.md')).toEqual([
      'page.md: sub/gone.md leads nowhere',
      'page.md: sub/there.md#none names a heading that is not there',
    ]);
  });
});

describe('pages', () => {
  it('docs/configuration.md is what the schema says', () => {
    expect(readPage('configuration.md')).toBe(configurationPage());
  });

  it.each(['operating.md', 'migration.md'])('%s names only codes there are', (page) => {
    const cells = [...readPage(page).matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, code = '']) => code);
    expect(cells.length).toBeGreaterThan(5);
    expect(cells.filter((code) => !Object.hasOwn(ERROR_CODES, code))).toEqual([]);
  });

  it('docs/operating.md tells of every channel and of every code a service in production meets', () => {
    const text = readPage('operating.md');
    for (const name of ['verify', 'mint', 'bundle', 'signer', 'leaf', 'http']) {
      expect(text).toMatch(new RegExp(`^\\| \`${name}\` +\\|`, 'm'));
    }
    const trust = Object.entries(ERROR_CODES).filter(([, { category }]) => category === 'trust');
    const missing = trust.map(([code]) => code).filter((code) => !text.includes(`\`${code}\``));
    expect(missing).toEqual([]);
  });

  it('docs/README.md leads to every page', () => {
    const text = readPage('README.md');
    const pages = markdownFiles().filter(
      (file) => /^docs\/[^/]+\.md$/.test(file) && !file.endsWith('README.md'),
    );
    expect(pages.filter((file) => !text.includes(`(${file.slice('docs/'.length)}`))).toEqual([]);
  });
});

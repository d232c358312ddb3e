import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { knownPackages } from '../../../tools/src/workspace.ts';
import { parseCodeOwners, ruleFor } from './codeowners.ts';
import { decides, otherOwners } from './deciding.ts';

const root = fileURLToPath(new URL('../../../../../', import.meta.url));
const text = readFileSync(join(root, 'CODEOWNERS'), 'utf8');
const rules = parseCodeOwners(text);
const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
});
const files = listed.stdout.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
const deciding = files.filter(decides);
const packages = knownPackages();
const adapters = packages.filter(({ facts }) => facts.layer === 'adapter').map(({ location }) => location);
const inAdapters = files.filter((file) => adapters.some((location) => file.startsWith(`${location}/`)));

const PLATFORM = '@workload-identity/platform';
const SECURITY = '@workload-identity/platform-security';

describe('CODEOWNERS', () => {
  it('gives whatever has no line of its own to the platform team', () => {
    expect(rules[0]).toEqual({ pattern: '*', owners: [PLATFORM] });
  });

  it.each(packages)('has a line for $location, with the owners that its package.json names', (one) => {
    const owners = one.facts.owners.map((team) => `@workload-identity/${team}`);
    const rule = { pattern: `/${one.location}/`, owners };
    expect(ruleFor(rules, `${one.location}/src/index.ts`)).toEqual(rule);
  });

  it.each(rules.slice(1).map(({ pattern }) => pattern))('guards %s, which exists', (pattern) => {
    const one = parseCodeOwners(`${pattern} ${SECURITY}`);
    expect(files.filter((file) => ruleFor(one, file) !== undefined)).not.toEqual([]);
  });

  it.each([
    ['adapter', inAdapters],
    ['file that decides what is built or tested', deciding],
  ])('leaves no %s to anybody but the security team', (_, guarded) => {
    expect(guarded.length).toBeGreaterThan(20);
    expect(otherOwners(rules, guarded, SECURITY)).toEqual([]);
  });

  it.each([
    ['a line that comes later', `${text}/turbo.json ${PLATFORM}\n`, 'turbo.json'],
    [
      'a line for a folder that comes later',
      `${text}/packages/internal/demo/ ${PLATFORM}\n`,
      'packages/internal/demo/package.json',
    ],
    ['a second owner', text.replace(/(\/\.ci\/ .*)/, `$1 ${PLATFORM}`), '.ci/run'],
    [
      'another owner',
      text.replace(/(\/packages\/internal\/tools\/ *)\S+/, `$1${PLATFORM}`),
      'packages/internal/tools/src/pnpm.mjs',
    ],
    ['a line that is gone', text.replace(/\/biome.json.*\n/, ''), 'biome.json'],
    [
      'a name that is gone',
      text.replace(/\ngo\.sum.*/, ''),
      'packages/internal/conformance/interop/go/go.sum',
    ],
  ])('would be found out for %s', (_, changed, file) => {
    expect(changed).not.toBe(text);
    expect(otherOwners(parseCodeOwners(changed), deciding, SECURITY).join('\n')).toContain(
      `${file} belongs to`,
    );
  });

  it.each([
    '.ci/run',
    '.github/workflows/release.yml',
    '.changeset/config.json',
    '.npmrc',
    'any-new-file-at-the-root.toml',
    'CODEOWNERS',
    'package.json',
    'pnpm-lock.yaml',
    'tsconfig.base.json',
    'vitest.config.ts',
    'packages/internal/tools/pins.json',
    'packages/internal/tools/src/run.mjs',
    'packages/internal/demo/package.json',
    'packages/internal/demo/tsconfig.build.json',
    'packages/internal/demo/vitest.config.mts',
    'packages/internal/conformance/interop/python/requirements.txt',
    'packages/internal/conformance/interop/go/go.sum',
    'docs/.npmrc',
  ])('knows that %s decides what is built or tested', (path) => {
    expect(decides(path)).toBe(true);
  });

  it.each([
    'README.md',
    'LICENSE',
    'docs/ladder.md',
    'packages/internal/demo/src/main.ts',
    'packages/library/core/src/tools.ts',
  ])('knows that %s does not', (path) => {
    expect(decides(path)).toBe(false);
  });

  it.each([
    'packages/library/contract/src/limits.ts',
    'packages/library/contract/released/0.1.0/snapshot.json',
    'packages/library/contract/vectors/v1/valid.json',
    'packages/library/core/src/verify/verifier.ts',
    'packages/certificates/x5c/src/index.ts',
    'packages/certificates/ca/src/index.ts',
    'docs/contract/v1.md',
  ])('asks both teams about %s', (path) => {
    expect(ruleFor(rules, path)?.owners).toEqual([SECURITY, PLATFORM]);
  });

  it('lets the last line that matches decide', () => {
    const some = parseCodeOwners('* @a/b\n/x/ @a/c # why\n\n/x/y @a/d @a/e\nz.json @a/f');
    expect(ruleFor(some, 'x/y')?.owners).toEqual(['@a/d', '@a/e']);
    expect(ruleFor(some, 'x/y/z')?.owners).toEqual(['@a/c']);
    expect(ruleFor(some, 'x')?.owners).toEqual(['@a/c']);
    expect(ruleFor(some, 'xy')?.owners).toEqual(['@a/b']);
    expect(ruleFor(some, 'x/z.json')?.owners).toEqual(['@a/f']);
    expect(ruleFor(some, 'z.json')?.owners).toEqual(['@a/f']);
    expect(ruleFor(some, 'x/z.json5')?.owners).toEqual(['@a/c']);
    expect(ruleFor([], 'x')).toBeUndefined();
  });

  it.each(['/x/**/y @a/b', '*.ts @a/b', 'x/ @a/b', '!/x @a/b', '/x', '/x @person', '/x a@example.com'])(
    'is not written as %s',
    (line) => {
      expect(() => parseCodeOwners(line)).toThrow('CODEOWNERS: ');
    },
  );
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseCodeOwners, ruleFor } from './codeowners.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const rules = parseCodeOwners(readFileSync(join(root, 'CODEOWNERS'), 'utf8'));
const packages = readdirSync(join(root, 'packages')).filter((name) =>
  existsSync(join(root, 'packages', name, 'package.json')),
);

const PLATFORM = '@workload-identity/platform';
const SECURITY = '@workload-identity/platform-security';

describe('CODEOWNERS', () => {
  it('gives whatever has no line of its own to the platform team', () => {
    expect(rules[0]).toEqual({ pattern: '*', owners: [PLATFORM] });
  });

  it.each(packages)('has a line for packages/%s', (name) => {
    expect(rules.map(({ pattern }) => pattern)).toContain(`/packages/${name}/`);
    expect(ruleFor(rules, `packages/${name}/package.json`)?.pattern).toBe(`/packages/${name}/`);
  });

  it.each(rules.slice(1).map(({ pattern }) => pattern))('guards %s, which exists', (pattern) => {
    expect(existsSync(join(root, pattern))).toBe(true);
  });

  it.each([
    'packages/contract/src/limits.ts',
    'packages/contract/released/0.1.0/snapshot.json',
    'packages/contract/vectors/v1/valid.json',
    'packages/core/src/verify/verifier.ts',
    'packages/x5c/src/index.ts',
    'packages/ca/src/index.ts',
    'packages/governance/src/compare/rules.ts',
    'docs/contract/v1.md',
    '.github/pull_request_template.md',
    '.ci/run',
    'CODEOWNERS',
    'pnpm-lock.yaml',
  ])('asks both teams about %s', (path) => {
    expect(ruleFor(rules, path)?.owners).toEqual([SECURITY, PLATFORM]);
  });

  it('lets the last line that matches decide', () => {
    const some = parseCodeOwners('* @a/b\n/x/ @a/c # why\n\n/x/y @a/d @a/e');
    expect(ruleFor(some, 'x/y')?.owners).toEqual(['@a/d', '@a/e']);
    expect(ruleFor(some, 'x/y/z')?.owners).toEqual(['@a/c']);
    expect(ruleFor(some, 'x')?.owners).toEqual(['@a/c']);
    expect(ruleFor(some, 'xy')?.owners).toEqual(['@a/b']);
    expect(ruleFor([], 'x')).toBeUndefined();
  });

  it.each(['/x/**/y @a/b', '*.ts @a/b', 'x/ @a/b', '!/x @a/b', '/x', '/x @person', '/x a@example.com'])(
    'is not written as %s',
    (line) => {
      expect(() => parseCodeOwners(line)).toThrow('CODEOWNERS: ');
    },
  );
});

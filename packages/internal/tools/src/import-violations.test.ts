import { describe, expect, it } from 'vitest';
import { importViolations, type PackageSource } from './import-violations.ts';
import { readSource, workspacePackages } from './workspace.ts';

const wid = (folder: string): string => `@workload-identity/${folder}`;

function source(folder: string, text: string, manifest: PackageSource['manifest'] = {}): PackageSource {
  return { folder, manifest, files: { 'src/index.ts': text } };
}

const core = { dependencies: { [wid('contract')]: 'workspace:^', jose: '^6.0.0' } };

describe('what the rules let through', () => {
  it('this repository', () => {
    expect(workspacePackages().flatMap((found) => importViolations(readSource(found)))).toEqual([]);
  });

  it.each([
    ['an allowed package', `import { codes } from '${wid('contract')}';`],
    ['an entry of an allowed package', `export { codes } from '${wid('contract')}/schemas';`],
    ['a file beside it', `import { mint } from './mint/mint.ts';`],
    ["Node's own modules", `import { sign } from 'node:crypto';`],
    ['its own conditional import', `import { engine } from '#engine';`],
    ['a name in a comment or a string', `// import '@aws-sdk/client-kms'\nconst text = "import 'zod'";`],
  ])('%s', (_, text) => {
    expect(importViolations(source('core', text, core))).toEqual([]);
  });
});

describe('what the rules refuse', () => {
  it.each([
    ['a static import', `import { x } from '${wid('x5c')}';`],
    ['an import for its effect', `import '${wid('x5c')}';`],
    ['a type', `import type { X } from '${wid('x5c')}';`],
    ['a type in passing', `export type Y = import('${wid('x5c')}').X;`],
    ['a re-export', `export { x } from '${wid('x5c')}/deep';`],
    ['a dynamic import', `const load = () => import('${wid('x5c')}');`],
    ['require', `const x = require('${wid('x5c')}');`],
  ])('%s of a package further up', (_, text) => {
    const problem = `core may not import ${wid('x5c')}`;
    expect(importViolations(source('core', `\n${text}`, core))).toEqual([
      `packages/library/core/src/index.ts:2: ${problem}`,
    ]);
  });

  it.each([
    ['core', `import { z } from 'zod';`, 'core may not import zod'],
    ['core', 'const load = (name: string) => import(name);', 'name the imported module by a string literal'],
    ['core', `import { codes } from '../../../library/contract/src/index.ts';`, 'leaves src'],
    ['core', `import { mint } from '${wid('core')}';`, 'is this package'],
    ['core', `import { x } from 'constructor';`, 'core may not import constructor'],
    ['contract', `import { sign } from 'node:crypto';`, 'contract has no I/O'],
    ['express', `import { x } from '${wid('fastify')}';`, 'express may not import'],
    [
      'fetch',
      `import { codes } from '${wid('contract')}';`,
      'is not declared in packages/adapters/fetch/package.json',
    ],
  ])('in %s: %s', (folder, text, problem) => {
    const manifest = folder === 'core' ? core : {};
    expect(importViolations(source(folder, text, manifest))).toEqual([expect.stringContaining(problem)]);
  });

  it('a dependency that the rules do not name, whether or not the source uses it', () => {
    const manifest = { dependencies: { zod: '^4' }, peerDependencies: { [wid('sdk')]: 'workspace:^' } };
    expect(importViolations(source('core', '', manifest))).toEqual([
      'packages/library/core/package.json: core may not depend on zod',
      `packages/library/core/package.json: core may not depend on ${wid('sdk')}`,
    ]);
  });

  it('an optional package that is loaded whether or not it is configured', () => {
    const peerDependencies = { [wid('kms')]: 'workspace:^' };
    const optional = { peerDependencies, peerDependenciesMeta: { [wid('kms')]: { optional: true } } };
    const lazy = `import type { Kms } from '${wid('kms')}';\nconst load = () => import('${wid('kms')}');`;
    const eager = `import { kms } from '${wid('kms')}';`;
    expect(importViolations(source('sdk', lazy, optional))).toEqual([]);
    expect(importViolations(source('sdk', eager, optional))).toEqual([
      expect.stringContaining('load it by import()'),
    ]);
    expect(importViolations(source('sdk', lazy, { peerDependencies }))).toEqual([
      expect.stringContaining('must be marked optional'),
    ]);
    expect(importViolations(source('sdk', lazy, { dependencies: peerDependencies }))).toEqual([
      expect.stringContaining('must be an optional peer'),
    ]);
  });

  it('a package without a row', () => {
    expect(importViolations(source('newcomer', ''))).toEqual([expect.stringContaining('no row')]);
    expect(importViolations(source('constructor', ''))).toEqual([expect.stringContaining('no row')]);
  });
});

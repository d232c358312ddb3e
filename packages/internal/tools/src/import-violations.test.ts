import { describe, expect, it } from 'vitest';
import { importViolations, type PackageSource } from './import-violations.ts';
import { layerOf, packageNamed, readSource, workspacePackages } from './workspace.ts';

const wid = (folder: string): string => `@workload-identity/${folder}`;

const LAYER_OF: ReadonlyMap<string, string> = layerOf();

const violationsOf = (source: PackageSource): string[] => importViolations(source, LAYER_OF);

function source(folder: string, text: string, manifest: PackageSource['manifest'] = {}): PackageSource {
  const { location, manifest: own } = packageNamed(folder);
  const facts = own.workloadIdentity === undefined ? {} : { workloadIdentity: own.workloadIdentity };
  return { folder, location, manifest: { ...facts, ...manifest }, files: { 'src/index.ts': text } };
}

const core = { dependencies: { [wid('contract')]: 'workspace:^', jose: '^6.0.0' } };

describe('what the rules let through', () => {
  it('this repository', () => {
    expect(workspacePackages().flatMap((found) => violationsOf(readSource(found)))).toEqual([]);
  });

  it.each([
    ['an allowed package', `import { codes } from '${wid('contract')}';`],
    ['an entry of an allowed package', `export { codes } from '${wid('contract')}/schemas';`],
    ['a file beside it', `import { mint } from './mint/mint.ts';`],
    ["Node's own modules", `import { sign } from 'node:crypto';`],
    ['its own conditional import', `import { engine } from '#engine';`],
    ['a name in a comment or a string', `// import '@aws-sdk/client-kms'\nconst text = "import 'zod'";`],
  ])('%s', (_, text) => {
    expect(violationsOf(source('core', text, core))).toEqual([]);
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
    expect(violationsOf(source('core', `\n${text}`, core))).toEqual([
      `packages/library/core/src/index.ts:2: ${problem}`,
    ]);
  });

  it.each([
    ['core', `import { z } from 'zod';`, 'zod is not declared in packages/library/core/package.json'],
    ['core', 'const load = (name: string) => import(name);', 'name the imported module by a string literal'],
    ['core', `import { codes } from '../../../library/contract/src/index.ts';`, 'leaves src'],
    ['core', `import { mint } from '${wid('core')}';`, 'is this package'],
    [
      'core',
      `import { x } from 'constructor';`,
      'constructor is not declared in packages/library/core/package.json',
    ],
    ['contract', `import { sign } from 'node:crypto';`, 'contract has no I/O'],
    ['express', `import { x } from '${wid('fastify')}';`, 'express may not import'],
    [
      'fetch',
      `import { codes } from '${wid('contract')}';`,
      'is not declared in packages/adapters/fetch/package.json',
    ],
  ])('in %s: %s', (folder, text, problem) => {
    const manifest = folder === 'core' ? core : {};
    expect(violationsOf(source(folder, text, manifest))).toEqual([expect.stringContaining(problem)]);
  });

  it('a dependency on a package of another layer, whether or not the source uses it', () => {
    const manifest = { peerDependencies: { [wid('sdk')]: 'workspace:^', [wid('nobody')]: '1.0.0' } };
    expect(violationsOf(source('core', '', manifest))).toEqual([
      `packages/library/core/package.json: core may not depend on ${wid('sdk')}`,
      `packages/library/core/package.json: core may not depend on ${wid('nobody')}`,
    ]);
  });

  it('an optional package that is loaded whether or not it is configured', () => {
    const peerDependencies = { [wid('aws-kms')]: 'workspace:^' };
    const optional = { peerDependencies, peerDependenciesMeta: { [wid('aws-kms')]: { optional: true } } };
    const lazy = `import type { Kms } from '${wid('aws-kms')}';\nconst load = () => import('${wid('aws-kms')}');`;
    const eager = `import { kms } from '${wid('aws-kms')}';`;
    expect(violationsOf(source('sdk', lazy, optional))).toEqual([]);
    expect(violationsOf(source('sdk', eager, optional))).toEqual([
      expect.stringContaining('load it by import()'),
    ]);
    expect(violationsOf(source('sdk', lazy, { peerDependencies }))).toEqual([
      expect.stringContaining('must be marked optional'),
    ]);
    expect(violationsOf(source('sdk', lazy, { dependencies: peerDependencies }))).toEqual([
      expect.stringContaining('must be an optional peer'),
    ]);
  });

  it('files that import each other', () => {
    const files = {
      'src/a.ts': "import { b } from './b.ts';",
      'src/b.ts': "import type { C } from './deep/c.ts';",
      'src/deep/c.ts': "export { a } from '../a.ts';",
      'src/d.ts': "import { a } from './a.ts';",
    };
    expect(violationsOf({ ...source('core', '', core), files })).toEqual([
      'packages/library/core: files import each other: src/a.ts → src/b.ts → src/deep/c.ts → src/a.ts',
    ]);
  });
});

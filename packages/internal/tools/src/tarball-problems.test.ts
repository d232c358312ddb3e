import { expect, it } from 'vitest';
import { type Tarball, tarballProblems } from './tarball-problems.ts';

const checkout = '/somewhere/checkout';
const published = ['@workload-identity/contract', '@workload-identity/core'];
const pem = `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n-----END PRIVATE KEY-----`;

const good: Readonly<Record<string, string>> = {
  'package.json': '{}',
  'README.md': 'Read me.',
  LICENSE: 'Apache License',
  'dist/index.js': `import { engine } from '#engine';\nexport { engine };`,
  'dist/index.d.ts': `export { Engine } from './engine.d.ts';`,
  'dist/engine/node.js': 'export const engine = 1;',
  'vectors/v1/keys.json': JSON.stringify({
    pem,
    d: 'A'.repeat(43),
    token: `eyJ${'A'.repeat(20)}.eyJ${'A'.repeat(20)}.${'A'.repeat(86)}`,
  }),
  'dist/testing.js': 'export const kit = 1;',
};

function problems(
  files: Record<string, string | undefined> = {},
  manifest: Partial<Tarball['manifest']> = {},
) {
  const kept = Object.entries({ ...good, ...files }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const tarball = {
    manifest: {
      name: '@workload-identity/core',
      files: ['dist', 'vectors'],
      imports: { '#engine': './dist/engine/node.js' },
      dependencies: { '@workload-identity/contract': '^0.1.0' },
      ...manifest,
    },
    files: new Map(kept),
  };
  return tarballProblems(tarball, published, checkout);
}

it('finds nothing in a clean tarball', () => {
  expect(problems()).toEqual([]);
});

it.each([
  ['LICENSE', undefined, 'LICENSE is missing'],
  ['README.md', undefined, 'README.md is missing'],
  ['dist/engine/node.js', undefined, 'imports #engine points to ./dist/engine/node.js'],
  ['src/index.ts', '', 'src/index.ts does not belong here'],
  ['dist/index.test.js', '', 'dist/index.test.js does not belong here'],
  ['dist/tests/helper.js', '', 'dist/tests/helper.js does not belong here'],
  ['dist/__mocks__/clock.js', '', 'dist/__mocks__/clock.js does not belong here'],
  ['dist/fixtures.d.ts', '', 'dist/fixtures.d.ts does not belong here'],
  ['.npmrc', '', '.npmrc does not belong here'],
  ['dist/.env.js', '', 'dist/.env.js does not belong here'],
  ['dist/index.js.map', '', 'dist/index.js.map does not belong here'],
  ['.env', '', '.env does not belong here'],
  ['vectors/v1/key.pem', '', 'vectors/v1/key.pem does not belong here'],
  ['schemas/claims.json', '', 'schemas/claims.json does not belong here'],
  ['dist/index.js', `const key = ${JSON.stringify(pem)};`, 'holds a private key'],
  ['README.md', pem, 'holds a private key'],
  ['dist/index.js', `const key = { d: '${'A'.repeat(43)}' };`, 'holds a private JWK'],
  ['dist/index.js', `const key = { kty: 'oct', k: '${'A'.repeat(43)}' };`, 'holds a private JWK'],
  [
    'dist/index.js',
    `const token = 'eyJ${'A'.repeat(20)}.eyJ${'A'.repeat(20)}.${'A'.repeat(86)}';`,
    'holds a token',
  ],
  ['README.md', `export AWS_ACCESS_KEY_ID=AKIA${'A'.repeat(16)}`, 'holds a key of AWS'],
  ['README.md', `//registry.example.com/:_authToken=x`, 'holds a key of a registry'],
  ['vectors/v1/keys.json', `npm_${'a'.repeat(36)}`, 'holds a key of a registry'],
  ['dist/index.js', `import { expect } from 'vitest';`, 'imports what runs tests'],
  ['dist/index.js', `const path = '${checkout}/packages';`, 'names a folder of the machine'],
  ['dist/index.js', `import { a } from './a.ts';`, 'imports TypeScript source'],
  ['dist/index.js', '//# sourceMappingURL=index.js.map', 'points to a source map'],
])('finds a fault in %s', (file, text, problem) => {
  expect(problems({ [file]: text })).toEqual([expect.stringContaining(problem)]);
});

it.each([
  [{ dependencies: { jose: 'workspace:^' } }, 'dependencies jose is workspace:^'],
  [
    { peerDependencies: { '@workload-identity/tools': '^0.0.0' } },
    '@workload-identity/tools is never published',
  ],
])('finds a dependency that nobody can install', (manifest, problem) => {
  expect(problems({}, manifest)).toEqual([expect.stringContaining(problem)]);
});

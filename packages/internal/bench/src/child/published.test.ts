import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importId } from '../sections/imports.ts';
import { installPublished } from './published.ts';

let packages = '';
beforeEach(() => {
  packages = mkdtempSync(join(tmpdir(), 'workload-identity-bench-packages-'));
});
afterEach(() => rmSync(packages, { recursive: true }));

function write(name: string, manifest: object, dist: Readonly<Record<string, string>>): void {
  const folder = join(packages, name);
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: `@workload-identity/${name}`, type: 'module', ...manifest }),
  );
  for (const [file, source] of Object.entries(dist)) {
    mkdirSync(join(folder, 'dist'), { recursive: true });
    writeFileSync(join(folder, 'dist', file), source);
  }
}

const exports = (...entries: readonly string[]) => ({
  exports: { '.': './src/index.ts' },
  publishConfig: {
    exports: {
      ...Object.fromEntries(entries.map((entry) => [entry, `./dist/${entry.slice(2) || 'index'}.js`])),
      './package.json': './package.json',
    },
  },
});

test('what is installed is what is published: built files, and packages that find each other', () => {
  write('one', exports('.', './http'), {
    'index.js': 'export { two } from "@workload-identity/two"',
    'http.js': '',
  });
  write('two', exports('.'), {
    'index.js': 'import { SignJWT } from "jose"; export const two = typeof SignJWT',
  });
  write('inner', { private: true }, {});
  const { folder, entries, remove } = installPublished(['jose'], packages);
  try {
    expect(entries).toEqual([
      '@workload-identity/one',
      '@workload-identity/one/http',
      '@workload-identity/two',
    ]);
    const source = `import { two } from '@workload-identity/one'; console.log(two)`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout.trim()).toBe('function');
  } finally {
    remove();
  }
  expect(existsSync(folder)).toBe(false);
});

test('a public package that is not built is an error that says what to do', () => {
  write('one', exports('.'), { 'index.js': '' });
  write('two', exports('.'), {});
  expect(() => installPublished([], packages)).toThrow(
    '@workload-identity/two is not built: run `npm run build` first',
  );
});

test('the row of an entry is named after it', () => {
  expect(importId('@workload-identity/core')).toBe('import-core');
  expect(importId('@workload-identity/contract/schemas')).toBe('import-contract-schemas');
});

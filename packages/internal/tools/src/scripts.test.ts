import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scripts } from './scripts.mjs';
import { root } from './workspace.ts';

it('the scripts of the root package.json are those of the table, each by its own name', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const expected = Object.keys(scripts).map((name) => [
    name,
    `node packages/internal/tools/src/run.mjs ${name}`,
  ]);
  expect(manifest.scripts).toEqual(Object.fromEntries(expected));
});

import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

// One build for every package: what its package.json exposes as source (`exports` and `imports`) becomes an entry.
type Target = string | { readonly [condition: string]: Target };
type Manifest = { readonly exports?: Record<string, Target>; readonly imports?: Record<string, Target> };

const leaves = (target: Target): string[] =>
  typeof target === 'string' ? [target] : Object.values(target).flatMap(leaves);

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const sources = [manifest.exports, manifest.imports]
  .flatMap((field) => Object.values(field ?? {}).flatMap(leaves))
  .filter((file) => file.endsWith('.ts'));

export default defineConfig({
  entry: Object.fromEntries(
    sources.map((file) => [file.replace(/^\.\/src\//, '').replace(/\.ts$/, ''), file]),
  ),
  format: 'esm',
  platform: 'neutral',
  target: 'node20.19',
  tsconfig: '../../tsconfig.json',
  external: [/^#/],
  removeNodeProtocol: false,
  dts: true,
  clean: true,
  splitting: true,
  sourcemap: false,
});

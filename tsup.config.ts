import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

// One build for every package: what its package.json exposes as source (`exports`, `imports`, `bin`) becomes an entry.
type Target = string | { readonly [condition: string]: Target };
type Targets = Record<string, Target>;
type Manifest = {
  readonly exports?: Targets;
  readonly imports?: Targets;
  readonly bin?: Targets;
  readonly optionalDependencies?: Record<string, string>;
};

const leaves = (target: Target): string[] =>
  typeof target === 'string' ? [target] : Object.values(target).flatMap(leaves);

const entries = (field: Record<string, Target> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.values(field)
      .flatMap(leaves)
      .filter((file) => file.endsWith('.ts'))
      .map((file) => [file.replace(/^\.\/src\//, '').replace(/\.ts$/, ''), file]),
  );

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const exported = entries(manifest.exports);

export default defineConfig({
  entry: { ...exported, ...entries(manifest.imports), ...entries(manifest.bin) },
  dts: { entry: exported },
  format: 'esm',
  platform: 'neutral',
  target: 'node20.19',
  tsconfig: '../../tsconfig.json',
  // tsup leaves dependencies and peers out of a bundle, not those that may be missing.
  external: [/^#/, /^node:/, ...Object.keys(manifest.optionalDependencies ?? {})],
  removeNodeProtocol: false,
  clean: true,
  splitting: true,
  sourcemap: false,
});

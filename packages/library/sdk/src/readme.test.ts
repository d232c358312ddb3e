import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ERROR_CODES } from '@workload-identity/contract';
import { describe, expect, it } from 'vitest';
import { readmeSamples } from '../../../internal/tools/src/readme-samples.ts';
import { openScene } from '../test/scene.ts';
import { parseConfiguration } from './config/parse-configuration.ts';

const readme = new URL('../README.md', import.meta.url);
const text = readFileSync(readme, 'utf8');
const folder = fileURLToPath(new URL('..', import.meta.url));

/** The fields a schema has, as the README names them: `sign.key`. */
function fieldsOf(node: Record<string, unknown>, path: string): readonly string[] {
  const properties = Object.entries((node['properties'] ?? {}) as Record<string, Record<string, unknown>>);
  const branches = (node['oneOf'] ?? node['anyOf'] ?? []) as readonly Record<string, unknown>[];
  const names = branches.flatMap((branch) => Object.keys((branch['properties'] ?? {}) as object));
  const isReference = names.join() === 'env,file';
  if (properties.length === 0 && (branches.length === 0 || isReference)) return [path];
  if (properties.length === 0) return branches.flatMap((branch) => fieldsOf(branch, path));
  return properties.flatMap(([name, field]) => fieldsOf(field, path === '' ? name : `${path}.${name}`));
}

describe('README', () => {
  it('has samples that run as they stand there', () => {
    const scene = openScene();
    for (const { name, code } of readmeSamples(readme)) if (name !== '') scene.write(name, code);
    mkdirSync(scene.path('node_modules/@workload-identity'), { recursive: true });
    symlinkSync(folder, scene.path('node_modules/@workload-identity/sdk'), 'junction');
    const PATH = `${dirname(process.execPath)}:${process.env['PATH']}`;
    const { status, stdout, stderr } = spawnSync('sh', ['-e', 'call.sh'], {
      cwd: scene.folder,
      env: { ...process.env, PATH },
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: 'billing was called by spiffe://prod.example.com/orders\n',
      stderr: '',
    });
  });

  it('explains every field of the configuration, and none there is not', () => {
    const schema = JSON.parse(readFileSync(new URL('../config.schema.json', import.meta.url), 'utf8'));
    const named = [...text.matchAll(/^\| `(workload|(?:sign|verify)\.[.\w]+)` +\|/gm)].map(
      ([, name]) => name,
    );
    const fields = new Set(fieldsOf(schema, '').filter((name) => name !== '$schema'));
    expect(new Set(named)).toEqual(fields);
  });

  it('has configurations that are valid', () => {
    const shown = readmeSamples(readme).filter(({ language, name }) => language === 'json' && name === '');
    expect(shown.length).toBeGreaterThan(0);
    for (const { code } of shown) expect(() => parseConfiguration(code, 'README')).not.toThrow();
  });

  it('names error codes there are', () => {
    const rows = text.slice(text.search(/^\| code +\|/m)).matchAll(/^\| (`[^|]+`) +\|/gm);
    const codes = [...rows].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code),
    );
    expect(codes.length).toBeGreaterThan(8);
    for (const code of codes) expect(Object.keys(ERROR_CODES)).toContain(code);
  });
});

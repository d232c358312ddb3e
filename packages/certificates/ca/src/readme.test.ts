import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ERROR_CODES } from '@workload-identity/contract';
import { describe, expect, it } from 'vitest';
import { readmeSamples } from '../../../internal/tools/src/readme-samples.ts';
import { packageNamed } from '../../../internal/tools/src/workspace.ts';
import { hasOpenssl, openWorkshop, type Workshop } from '../test/support/openssl.ts';
import { COMMANDS } from './cli/commands.ts';
import { USAGE } from './cli/usage.ts';

const readme = new URL('../README.md', import.meta.url);
const text = readFileSync(readme, 'utf8');

/** What `npm install` would put there. */
function install(workshop: Workshop): void {
  const scope = workshop.path('node_modules/@workload-identity');
  mkdirSync(scope, { recursive: true });
  mkdirSync(workshop.path('node_modules/.bin'));
  for (const name of ['ca', 'core', 'x5c']) {
    const folder = packageNamed(name).path;
    symlinkSync(folder, `${scope}/${name}`, 'junction');
  }
  const bin = fileURLToPath(new URL('./bin.ts', import.meta.url));
  symlinkSync(bin, workshop.path('node_modules/.bin/workload-identity-ca'));
}

describe('README', () => {
  it.skipIf(!hasOpenssl)('has samples that run as they stand there', () => {
    using workshop = openWorkshop();
    for (const { name, code } of readmeSamples(readme)) if (name !== '') workshop.write(name, code);
    install(workshop);
    const run = (command: string, ...args: readonly string[]) => {
      const { status, stdout, stderr } = spawnSync(command, args, {
        cwd: workshop.folder,
        env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` },
        encoding: 'utf8',
      });
      return { status, stdout, stderr };
    };
    const made = run('sh', '-e', 'make-ca.sh');
    expect({ ...made, stderr: '' }).toEqual({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining('ca.pem: its certificate'),
    });
    expect(run('node', 'orders.mjs')).toEqual({
      status: 0,
      stdout: 'billing was called by spiffe://prod.example.com/orders\n',
      stderr: '',
    });
    expect(run('sh', '-e', 'make-intermediate.sh')).toMatchObject({ status: 0 });
    expect(run('node', 'below.mjs')).toEqual({ status: 0, stdout: 'current\n', stderr: '' });
  });

  it('names error codes there are', () => {
    const codes = [...text.matchAll(/^\| `([a-z_]+)` +\|/gm)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(6);
    for (const code of codes) expect(Object.keys(ERROR_CODES)).toContain(code);
  });

  it('names the commands there are, and so does the help', () => {
    for (const name of COMMANDS.keys()) {
      expect(text).toContain(`workload-identity-ca ${name} `);
      expect(USAGE).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    }
    expect([...text.matchAll(/^workload-identity-ca (\w+) {2,}/gm)].map(([, name]) => name)).toEqual([
      ...COMMANDS.keys(),
    ]);
  });
});

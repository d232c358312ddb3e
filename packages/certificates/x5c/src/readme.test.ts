import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ERROR_CODES } from '@workload-identity/contract';
import { describe, expect, it } from 'vitest';
import { readmeSamples } from '../../../internal/tools/src/readme-samples.ts';
import { packageNamed } from '../../../internal/tools/src/workspace.ts';
import { issueIntermediate, issueLeaf, issueRoot } from '../test/support/authority.ts';
import { tokenOf } from '../test/support/peers.ts';
import { bundleOf } from '../test/support/resolve.ts';

const readme = new URL('../README.md', import.meta.url);
const HOUR = 3_600;

/** What `npm install` would put there. */
function install(folder: string): void {
  const scope = join(folder, 'node_modules/@workload-identity');
  mkdirSync(scope, { recursive: true });
  for (const name of ['core', 'x5c']) {
    symlinkSync(packageNamed(name).path, join(scope, name), 'junction');
  }
}

describe('README', () => {
  it('has a sample that runs as it stands there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'x5c-readme-'));
    try {
      const now = Math.floor(Date.now() / 1000);
      const validity = { notBefore: now - HOUR, notAfter: now + HOUR };
      const root = await issueRoot(validity);
      const between = await issueIntermediate(root, validity);
      const leaf = await issueLeaf(between, validity);
      for (const { name, code } of readmeSamples(readme))
        if (name !== '') writeFileSync(join(folder, name), code);
      install(folder);
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
      writeFileSync(join(folder, 'bundle.json'), JSON.stringify(bundleOf({ anchors: [root] })));
      const token = tokenOf([leaf, between], leaf, { iat: now, exp: now + 300 });
      const { stdout, stderr } = spawnSync(process.execPath, ['verify.ts', token], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect({ stdout, stderr }).toEqual({
        stdout: 'spiffe://prod.example.com/orders on the rung ca\n',
        stderr: '',
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has a profile beside it whose tests there are', () => {
    const profile = readFileSync(new URL('../../../../docs/x5c-profile.md', import.meta.url), 'utf8');
    const rows = profile.split('\n').filter((line) => /^\| \d/.test(line));
    expect(rows).toHaveLength(14);
    const tests = new URL('../', import.meta.url);
    const lines = globSync('{src,test}/**/*.test.ts', { cwd: fileURLToPath(tests) }).flatMap((file) =>
      readFileSync(new URL(file, tests), 'utf8').split('\n'),
    );
    for (const row of rows) {
      const titles = [...(row.split('|')[4] ?? '').matchAll(/`([^`]+)`/g)].map(([, title = '']) => title);
      expect(titles).not.toHaveLength(0);
      for (const title of titles) {
        const parts = title.split('…').map((part) => part.trim());
        expect(lines.some((line) => parts.every((part) => line.includes(part)))).toBe(true);
      }
    }
  });

  it('names error codes there are', () => {
    const codes = [...readFileSync(readme, 'utf8').matchAll(/^\| `([a-z_]+)` +\|/gm)].map(([, code]) => code);
    expect(codes).toHaveLength(5);
    for (const code of codes) expect(Object.keys(ERROR_CODES)).toContain(code);
  });
});

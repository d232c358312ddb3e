import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { pnpm } from './pnpm.mjs';
import { reaching } from './reach.mjs';
import { root } from './workspace.ts';

const environment = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 'x']));

describe('attack 62: an environment that changes what is installed', () => {
  it.each([
    [
      'pip',
      ['PATH', 'PIP_INDEX_URL', 'PIP_CERT', 'pip_find_links', 'PIP_CONFIG_FILE'],
      ['PIP_REQUIREMENT', 'PIP_TARGET', 'PIP_NO_BINARY', 'PIP_PREFIX', 'PYTHONPATH', 'PYTHONSTARTUP'],
    ],
    [
      'pnpm',
      [
        'PATH',
        'npm_config_registry',
        'npm_config_@a:registry',
        'pnpm_config_cafile',
        'NPM_CONFIG_USERCONFIG',
        'npm_config_https_proxy',
      ],
      [
        'pnpm_config_pnpmfile',
        'pnpm_config_global_pnpmfile',
        'npm_config_ignore_scripts',
        'PNPM_CONFIG_PM_ON_FAIL',
        'pnpm_config_lockfile',
      ],
    ],
    ['turbo', ['PATH'], ['TURBO_API', 'TURBO_TOKEN', 'TURBO_CACHE_DIR', 'TURBO_FORCE']],
  ] as const)('tells %s how to reach a registry, and nothing else', (tool, kept, dropped) => {
    expect(reaching(tool, environment([...kept, ...dropped]))).toEqual(environment(kept));
  });

  it('runs no code in pnpm', () => {
    const folder = mkdtempSync(join(tmpdir(), 'workload-identity-reach-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const [trace, hooks] = [join(folder, 'trace'), join(folder, 'hooks.cjs')];
    writeFileSync(hooks, `require('node:fs').writeFileSync(${JSON.stringify(trace)}, '');`);
    writeFileSync(join(folder, 'package.json'), '{}');
    writeFileSync(join(folder, 'pnpm-workspace.yaml'), 'packages: ["."]');
    vi.stubEnv('pnpm_config_pnpmfile', hooks);
    vi.stubEnv('pnpm_config_global_pnpmfile', hooks);
    for (const env of [undefined, process.env]) {
      const options = { cwd: folder, stdio: 'ignore', ...(env && { env }) } as const;
      expect(pnpm(['install', '--offline'], options).status).toBe(0);
      expect(existsSync(trace)).toBe(false);
    }
  });

  it('does not say where turbo finds what was built, nor where the headers for addons are', () => {
    const script =
      "import { environment } from './packages/internal/tools/src/setup.mjs'; console.log(JSON.stringify(environment))";
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: root,
      encoding: 'utf8',
      env: {
        ...process.env,
        TURBO_CACHE_DIR: '/planted',
        TURBO_API: 'planted',
        npm_config_nodedir: '/planted',
      },
    });
    expect(stdout).not.toContain('planted');
    const seen = JSON.parse(stdout) as Record<string, string>;
    expect(existsSync(join(seen['npm_config_nodedir'] ?? '', 'include/node/node_api.h'))).toBe(true);
  });
});

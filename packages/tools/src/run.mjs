// Every script of the root package.json: sets up what is missing, then runs one tool. Runs on Node 20.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './pnpm.mjs';
import { environment, say, setup, since } from './setup.mjs';

/** @typedef {[tool: string, ...args: string[]]} Command */

/** @type {Command} */
const build = ['turbo', 'run', 'build'];

/** @type {Command} */
const knip = ['knip', '--no-config-hints', '--config', 'packages/release/knip.json'];

/** @type {Record<string, Command[]>} */
const scripts = {
  test: [['vitest', 'run']],
  demo: [['node', 'packages/demo/src/main.ts']],
  bench: [build, ['node', 'packages/bench/src/main.ts']],
  conformance: [['node', 'packages/conformance/src/main.ts']],
  lint: [['biome', 'ci', '--error-on-warnings', '.']],
  format: [['biome', 'check', '--write', '.']],
  types: [['tsc', '--noEmit']],
  build: [build],
  'contract:check': [['node', 'packages/governance/src/check-contract.ts']],
  'contract:snapshot': [build, ['node', 'packages/governance/src/snapshot-contract.ts']],
  'check:imports': [['node', 'packages/tools/src/check-imports.ts']],
  'check:packages': [build, ['node', 'packages/tools/src/check-packages.ts']],
  'check:budget': [build, ['node', 'packages/release/src/supply/check-budget.ts']],
  'check:dependencies': [knip, [...knip, '--production']],
  rehearsal: [['node', 'packages/release/src/rehearsal/main.ts']],
  sbom: [['node', 'packages/release/src/supply/write-sbom.ts']],
};

/**
 * Runs one tool to its end and returns its exit code.
 *
 * @param {string} name
 * @param {Command} command
 * @param {NodeJS.ProcessEnv} env
 */
function run(name, [tool, ...args], env) {
  const start = performance.now();
  say(`${name}: ${[tool, ...args].join(' ')}`);
  const { status, signal, error } = spawnSync(tool, args, {
    cwd: root,
    env,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  const outcome = status === 0 ? 'done' : `failed (${signal ?? `exit code ${status}`})`;
  say(`${name}: ${outcome} in ${since(start)}`);
  return status ?? 1;
}

/**
 * Runs the tests; the totals are the last line, whatever the test runner prints while it closes.
 *
 * @param {Command} command
 */
function test(command) {
  const folder = mkdtempSync(join(tmpdir(), 'workload-identity-'));
  const file = join(folder, 'totals');
  const status = run('test', command, { ...environment, WORKLOAD_IDENTITY_TOTALS: file });
  const line = existsSync(file) ? readFileSync(file, 'utf8') : '0 passed, 1 failed, 0 skipped';
  rmSync(folder, { recursive: true });
  process.stdout.write(`\n${line}\n`);
  return status === 0 && !line.includes(' 0 failed,') ? 1 : status;
}

const [name = '', ...args] = process.argv.slice(2);
const commands = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
if (name === 'setup') {
  setup();
} else if (commands) {
  setup();
  commands.at(-1)?.push(...args);
  for (const command of commands) {
    process.exitCode ||= name === 'test' ? test(command) : run(name, command, environment);
  }
} else {
  const names = ['setup', ...Object.keys(scripts)].join(' | ');
  process.stderr.write(`usage: node packages/tools/src/run.mjs ${names}\n`);
  process.exitCode = 2;
}

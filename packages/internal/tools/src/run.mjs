// Every script of the root package.json: sets up what is missing, then runs one tool. Runs on Node 20.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './pinned.mjs';
import { scripts } from './scripts.mjs';
import { environment, say, setup, since } from './setup.mjs';

/** @import { Command } from './scripts.mjs' */

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
/** @type {readonly Command[] | undefined} */
const commands = Object.entries(scripts).find(([script]) => script === name)?.[1];
if (name === 'setup') {
  setup();
} else if (commands) {
  setup();
  for (const [index, command] of commands.entries()) {
    /** @type {Command} */
    const full = index === commands.length - 1 ? [...command, ...args] : command;
    process.exitCode ||= name === 'test' ? test(full) : run(name, full, environment);
  }
} else {
  const names = ['setup', ...Object.keys(scripts)].join(' | ');
  process.stderr.write(`usage: node packages/internal/tools/src/run.mjs ${names}\n`);
  process.exitCode = 2;
}

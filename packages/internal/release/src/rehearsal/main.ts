// Rehearses a release, whether or not this is continuous integration: `npm run rehearsal`.
import { spawnSync } from 'node:child_process';
import { root } from '../../../tools/src/workspace.ts';

const { status } = spawnSync('vitest', ['run', 'packages/internal/release/test/rehearsal.test.ts'], {
  cwd: root,
  env: { ...process.env, CI: 'true' },
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exitCode = status ?? 1;

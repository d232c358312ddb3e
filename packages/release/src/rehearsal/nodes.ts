import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../tools/src/workspace.ts';
import { run } from './run.ts';

/** Every major version of Node that the packages are released for. */
export const MAJORS = [20, 22, 24, 26] as const;

const cache = join(root, 'node_modules', '.cache', 'rehearsal');

/** The binary of one version of Node, from the npm package `node`. It is fetched once. */
export async function nodeBinary(major: number): Promise<string> {
  const folder = join(cache, `node-${major}`);
  const binary = join(
    folder,
    'node_modules',
    'node',
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }));
  // `node` puts its binary in place by an install script; newer npm runs none that is not named.
  const args = ['install', `node@${major}`, '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', args, { cwd: folder });
  return binary;
}

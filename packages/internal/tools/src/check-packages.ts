// Packs every public package and looks at the tarballs as their users would. Needs a build.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { importProblems, installConsumer, loadProblems, typeProblems } from './consumer.ts';
import { type Packed, packAll } from './pack.ts';
import { tarballProblems } from './tarball-problems.ts';
import { publishedPackages, root } from './workspace.ts';

async function publintProblems({ tarball, manifest }: Packed): Promise<string[]> {
  const data = readFileSync(tarball);
  const { messages } = await publint({ pack: { tarball: new Uint8Array(data).buffer }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, manifest, { color: false })}`);
}

function attwProblems({ tarball }: Packed): string[] {
  const args = [tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-color', '--no-emoji'];
  const { status, stdout, stderr } = spawnSync('attw', args, { encoding: 'utf8' });
  return status === 0 ? [] : [`attw: ${stdout}${stderr}`];
}

async function main(folder: string): Promise<string[]> {
  const publicPackages = publishedPackages();
  const packed = packAll(publicPackages, folder);
  const published = packed.map(({ manifest }) => manifest.name);
  const problems: string[] = [];
  for (const tarball of packed) {
    const { manifest, files } = tarball;
    const found = [
      ...tarballProblems(tarball, published, root),
      ...(await publintProblems(tarball)),
      ...attwProblems(tarball),
    ];
    console.log(`${manifest.name}: ${files.size} files, ${found.length} problems`);
    problems.push(...found.map((text) => `${manifest.name}: ${text}`));
  }
  const consumer = join(folder, 'consumer');
  installConsumer(packed, consumer);
  problems.push(...importProblems(packed, consumer));
  // What cannot be imported at all is already said, and cannot be looked into further.
  if (problems.length > 0) return problems;
  return [...loadProblems(packed, consumer), ...typeProblems(packed, consumer)];
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'workload-identity-packages-')));
try {
  const problems = await main(folder);
  for (const problem of problems) console.error(problem);
  console.log(`${problems.length} problems`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}

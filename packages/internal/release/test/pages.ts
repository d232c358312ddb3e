import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { readmeSamples, type Sample } from '../../tools/src/readme-samples.ts';

export const root = fileURLToPath(new URL('../../../../', import.meta.url));
export const here = fileURLToPath(new URL('..', import.meta.url));

/** The pages whose programs and JSON docs.test.ts holds. Those of a README are held by tests beside their packages. */
export const PAGES: readonly string[] = [
  'ladder.md',
  'climbing.md',
  'configuration.md',
  'operating.md',
  'threat-model.md',
  'contributing.md',
  'migration.md',
];

/** What a program finds under another name than the page gives it: by page, and by program. */
const FOUND: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'climbing.md': { 'bundle.json': 'bundle-2.json', 'workload-identity.json': 'orders-1.json' },
  'which-signer.mts': { 'workload-identity.json': 'orders-2.json' },
};

export const samplesOf = (page: string): readonly Sample[] =>
  readmeSamples(new URL(`../../../../docs/${page}`, import.meta.url));

/** All Markdown files of the repository that git knows, or would take. */
export function markdownFiles(): readonly string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim().split('\n');
}

/** A folder in this package, so that programs in it find what they import. Gone when the test is. */
export function openFolder(): string {
  const folder = mkdtempSync(join(here, '.readme-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const configuration = {
  workload: 'spiffe://prod.example.com/orders',
  sign: { rung: 'hmac', key: { file: 'shared.secret' } },
  verify: { bundle: { file: 'bundle.json' } },
};

/** Puts down what a program of a page reads: the JSON of the page, and what every page takes for granted. */
export function furnish(folder: string, page: string, program: string): void {
  const bundle = samplesOf('ladder.md').find(({ name }) => name === 'bundle.json')?.code ?? '';
  const files: Record<string, string> = {
    'shared.secret': randomBytes(32).toString('base64'),
    'orders.pem': generateKeyPairSync('ec', { namedCurve: 'P-256' })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString(),
    'workload-identity.json': JSON.stringify(configuration),
    'bundle.json': bundle,
  };
  const samples = samplesOf(page);
  for (const [name, shown] of Object.entries({ ...FOUND[page], ...FOUND[program] }))
    files[name] = samples.find((one) => one.name === shown)?.code ?? '';
  for (const { name, code } of samples) if (/\.(json|mts)$/.test(name)) files[name] ??= code;
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
}

/** What a program of the page prints. */
export function runSample(folder: string, name: string) {
  const { WORKLOAD_IDENTITY_CONFIG: _, ...env } = process.env;
  const options = { cwd: folder, encoding: 'utf8', env } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [name], options);
  return { status, stdout, stderr };
}

export const readPage = (page: string): string => readFileSync(join(root, 'docs', page), 'utf8');

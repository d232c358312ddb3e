import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageNamed } from '../../tools/src/workspace.ts';
import { PACKAGES, readReleases } from '../src/released/release.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
/** The release that the check compares with. */
export const RELEASE = readReleases(root).at(-1)?.version ?? 'none';

const COPIED = [
  'docs/contract',
  'pnpm-workspace.yaml',
  ...PACKAGES.map((name) => packageNamed(name).location),
];
const LEFT_OUT = new Set(['dist', '.turbo']);

/** What a command said and how it ended. */
export interface Ran {
  readonly status: number;
  readonly output: string;
}

/** A copy of what the check of the contract reads, to be changed as a contributor would change it. */
export class Copy {
  readonly root: string;

  constructor() {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), 'workload-identity-copy-')));
    for (const folder of COPIED) {
      cpSync(join(root, folder), join(this.root, folder), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (file) => !LEFT_OUT.has(basename(file)),
      });
    }
    symlinkSync(join(root, 'node_modules'), join(this.root, 'node_modules'), 'junction');
  }

  /** Replaces text that stands in a file exactly once: a test that no longer fits the source fails. */
  edit(file: string, before: string, after: string): this {
    const parts = this.read(file).split(before);
    if (parts.length !== 2)
      throw new Error(`${file} holds ${JSON.stringify(before)} ${parts.length - 1} times`);
    return this.write(file, parts.join(after));
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), 'utf8');
  }

  write(file: string, text: string): this {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text);
    return this;
  }

  remove(file: string): this {
    rmSync(join(this.root, file), { recursive: true });
    return this;
  }

  /** Writes the JSON Schemas anew, as everyone must who changes the code. */
  async generate(): Promise<this> {
    const { status, output } = await run(
      join(this.root, 'packages/library/contract/scripts/generate-schemas.ts'),
    );
    if (status !== 0) throw new Error(output);
    return this;
  }

  /** Runs a program in the copy, and gives what it prints. */
  async run(name: string, text: string): Promise<string> {
    const { status, output } = await run(join(this.write(name, text).root, name));
    if (status !== 0) throw new Error(output);
    return output;
  }

  /** Runs the check of the repository on the copy. */
  check(...options: readonly string[]): Promise<Ran> {
    return run(
      join(root, 'packages/internal/governance/src/check-contract.ts'),
      '--root',
      this.root,
      ...options,
    );
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true });
  }
}

function run(script: string, ...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { encoding: 'utf8' }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ status, output: stdout + stderr });
    });
  });
}

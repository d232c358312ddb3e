import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const version = spawnSync('openssl', ['version'], { encoding: 'utf8' });

/** Whether this machine has the command; under CI it must. */
export const hasOpenssl = version.status === 0 || process.env['CI'] === 'true';

/** A folder of its own for one test, with the command in it. */
export interface Workshop {
  readonly folder: string;
  path(name: string): string;
  write(name: string, content: string | Uint8Array): string;
  /** Runs `openssl`; what it says, and whether it succeeded. */
  openssl(args: readonly string[]): { readonly ok: boolean; readonly text: string };
  [Symbol.dispose](): void;
}

export function openWorkshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'workload-identity-ca-'));
  const path = (name: string): string => join(folder, name);
  return {
    folder,
    path,
    write(name, content) {
      writeFileSync(path(name), content, { mode: 0o600 });
      return path(name);
    },
    openssl(args) {
      const { status, stdout, stderr, error } = spawnSync('openssl', [...args], {
        cwd: folder,
        encoding: 'utf8',
      });
      if (error !== undefined) throw error;
      return { ok: status === 0, text: stdout + stderr };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

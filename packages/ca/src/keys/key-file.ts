import type { Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { WorkloadIdentityError } from '@workload-identity/contract';

const MAX_FILE_BYTES = 65_536;
// Writable by its group, or open to everybody in any way.
const TOO_OPEN = 0o027;

function refuse(path: string, why: string): WorkloadIdentityError {
  return new WorkloadIdentityError('secret_unavailable', { detail: `the key file ${path} ${why}` });
}

function check(path: string, stats: Stats): void {
  if (!stats.isFile()) throw refuse(path, 'is not a file');
  if (stats.size === 0 || stats.size > MAX_FILE_BYTES) throw refuse(path, 'is empty or larger than 64 KiB');
  // Windows keeps access elsewhere: its mode bits say nothing.
  if (process.platform !== 'win32' && (stats.mode & TOO_OPEN) !== 0) {
    const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
    throw refuse(
      path,
      `has mode ${mode}: others on this machine could read or replace the key. Run \`chmod 600\` on it, or mount it with mode 0400; the group may read it (0440) and no more`,
    );
  }
}

/**
 * Reads a key file: a regular file of at most 64 KiB that nobody but its owner may write, and nobody but its owner and its
 * group may read.
 * @throws WorkloadIdentityError `secret_unavailable`
 */
export async function readKeyFile(path: string): Promise<Buffer> {
  try {
    // A pipe would block in `open`.
    check(path, await stat(path));
    const file = await open(path, 'r');
    try {
      // The file that is read is the one that was checked, whatever the path leads to meanwhile.
      check(path, await file.stat());
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof WorkloadIdentityError) throw error;
    throw refuse(path, `cannot be read: ${(error as { code?: string }).code ?? 'unreadable'}`);
  }
}

import { WorkloadIdentityError } from '@workload-identity/contract';
import { FileRefusal, type FileRules, nameOfFile, readSourceFile } from '@workload-identity/core/sources';

const RULES: FileRules = {
  most: 65_536,
  refuse: {
    // Writable by its group, or open to everybody in any way.
    bits: 0o027,
    why: 'others on this machine could read or replace the key. Run `chmod 600` on it, or mount it with mode 0400; the group may read it (0440) and no more',
  },
};

/**
 * Reads a key file: a regular file of at most 64 KiB that nobody but its owner may write, and nobody but its owner and its
 * group may read.
 * @throws WorkloadIdentityError `secret_unavailable`
 */
export async function readKeyFile(path: string): Promise<Buffer> {
  const refuse = (why: string): WorkloadIdentityError =>
    new WorkloadIdentityError('secret_unavailable', { detail: `the key ${nameOfFile(path)} ${why}` });
  let pem: Buffer;
  try {
    pem = await readSourceFile(path, RULES);
  } catch (error) {
    if (error instanceof FileRefusal) throw refuse(error.message);
    throw error;
  }
  if (pem.length === 0) throw refuse('is empty');
  return pem;
}

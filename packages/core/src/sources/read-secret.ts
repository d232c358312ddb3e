import {
  isWorkloadIdentityError,
  type SecretReference,
  WorkloadIdentityError,
} from '@workload-identity/contract';
import { describeReference } from './describe-source.ts';
import { FileRefusal, readSourceFile } from './read-file.ts';

/** Reads the text a secret reference points to. */
export type SecretReader = (reference: SecretReference) => Promise<string>;

const MAX_SECRET_BYTES = 65_536;

function unavailable(reference: SecretReference, why: string): WorkloadIdentityError {
  return new WorkloadIdentityError('secret_unavailable', {
    detail: `${describeReference(reference)} ${why}`,
  });
}

async function textOf(reference: SecretReference): Promise<string> {
  if (reference.env !== undefined) {
    return (Object.hasOwn(process.env, reference.env) ? process.env[reference.env] : undefined) ?? '';
  }
  try {
    return (await readSourceFile(reference.file, { most: MAX_SECRET_BYTES })).toString('utf8');
  } catch (error) {
    if (error instanceof FileRefusal) throw unavailable(reference, error.message);
    throw error;
  }
}

/**
 * Reads a secret from the environment or from a file (at most 64 KiB, which nobody else may write).
 * @throws WorkloadIdentityError `secret_unavailable`, naming the variable or the file and never its content
 */
export const readSecret: SecretReader = async (reference) => {
  const text = await textOf(reference);
  if (text.trim() !== '') return text;
  throw unavailable(reference, reference.env === undefined ? 'is empty' : 'is not set or is empty');
};

/**
 * Makes a key from the text a reference leads to. When the text is no such key, the error says where it was read.
 * @throws WorkloadIdentityError `key_invalid`, naming the variable or the file and never its content
 */
export async function keyFrom<T>(reference: SecretReference, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!isWorkloadIdentityError(error, 'key_invalid') || error.detail === undefined) throw error;
    throw new WorkloadIdentityError('key_invalid', {
      detail: `${describeReference(reference)}: ${error.detail}`,
      cause: error.cause,
    });
  }
}

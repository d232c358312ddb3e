import {
  isWorkloadIdentityError,
  type SecretReference,
  WorkloadIdentityError,
} from '@workload-identity/contract';
import { SOURCE_SECONDS, withTimeLimit } from '../refresh/time-limit.ts';
import { describeReference } from './describe-source.ts';
import { FileRefusal } from './file-rules.ts';
import { readSourceFile } from './read-file.ts';

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
    const bytes = await readSourceFile(reference.file, { most: MAX_SECRET_BYTES });
    const text = bytes.toString('utf8');
    bytes.fill(0);
    return text;
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

/** Of an error that comes from elsewhere only name and code are told: its text may quote what the reader was given. */
function told(error: unknown): string {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  const parts = [name, code].filter((part) => typeof part === 'string' && /^[\w.-]{1,64}$/.test(part));
  return parts.length === 0 ? '' : ` (${parts.join(' ')})`;
}

/**
 * Reads a reference with a reader that may be anybody's. It takes 2 seconds at most.
 * @throws WorkloadIdentityError of the reader; `secret_unavailable` for a reader that takes longer, gives no text, or throws
 * something else
 */
export async function readReference(reference: SecretReference, read: SecretReader): Promise<string> {
  const late = (): WorkloadIdentityError =>
    unavailable(reference, `has not answered for ${SOURCE_SECONDS} seconds. Check what it is read from`);
  try {
    const text: unknown = await withTimeLimit((async () => read(reference))(), SOURCE_SECONDS, late);
    if (typeof text === 'string') return text;
  } catch (error) {
    if (isWorkloadIdentityError(error)) throw error;
    throw unavailable(reference, `cannot be read: its reader failed${told(error)}`);
  }
  throw unavailable(reference, 'cannot be read: its reader gave no text');
}

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

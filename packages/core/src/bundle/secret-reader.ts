import { readFile } from 'node:fs/promises';
import {
  ERROR_CODES,
  isWorkloadIdentityError,
  type SecretReference,
  WorkloadIdentityError,
} from '@workload-identity/contract';
import { wholePath } from './whole-path.ts';

/** Reads the text a secret reference points to. */
export type SecretReader = (reference: SecretReference) => Promise<string>;

const MAX_SECRET_TEXT = 65_536;

/** Where a reference leads, for the operator. */
function placeOf({ env, file }: SecretReference): string {
  return env === undefined ? `the file ${wholePath(file)}` : `the environment variable ${env}`;
}

/**
 * Reads a secret from the environment or from a file (at most 64 KiB).
 * @throws WorkloadIdentityError `secret_unavailable`, naming the variable or the file and never its content
 */
export const readSecret: SecretReader = async (reference) => {
  if (reference.env !== undefined) {
    const value = Object.hasOwn(process.env, reference.env) ? process.env[reference.env] : undefined;
    if (value !== undefined && value.trim() !== '') return value;
    throw new WorkloadIdentityError('secret_unavailable', {
      detail: `${placeOf(reference)} is not set or is empty`,
    });
  }
  let text: string;
  try {
    text = await readFile(reference.file, 'utf8');
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? 'unreadable';
    throw new WorkloadIdentityError('secret_unavailable', { detail: `${placeOf(reference)}: ${code}` });
  }
  if (text.trim() !== '' && text.length <= MAX_SECRET_TEXT) return text;
  throw new WorkloadIdentityError('secret_unavailable', {
    detail: `${placeOf(reference)} is ${text.trim() === '' ? 'empty' : 'too large'}`,
  });
};

/**
 * Makes a key from the text a reference leads to. When the text is no such key, the error says where it was read.
 * @throws WorkloadIdentityError `key_invalid`, naming the variable or the file and never its content
 */
export async function keyFrom<T>(reference: SecretReference, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!isWorkloadIdentityError(error, 'key_invalid')) throw error;
    const { message, fix } = ERROR_CODES.key_invalid;
    const [start, end] = [`${message}: `, `. ${fix}`];
    if (!error.message.startsWith(start) || !error.message.endsWith(end)) throw error;
    const reason = error.message.slice(start.length, -end.length);
    throw new WorkloadIdentityError('key_invalid', {
      detail: `${placeOf(reference)}: ${reason}`,
      cause: error.cause,
    });
  }
}

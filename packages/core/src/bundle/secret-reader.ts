import { readFile } from 'node:fs/promises';
import { type SecretReference, WorkloadIdentityError } from '@workload-identity/contract';

/** Reads the text a secret reference points to. */
export type SecretReader = (reference: SecretReference) => Promise<string>;

const MAX_SECRET_TEXT = 65_536;

/**
 * Reads a secret from the environment or from a file (at most 64 KiB).
 * @throws WorkloadIdentityError `secret_unavailable`, naming the variable or the file and never its content
 */
export const readSecret: SecretReader = async (reference) => {
  if (reference.env !== undefined) {
    const value = Object.hasOwn(process.env, reference.env) ? process.env[reference.env] : undefined;
    if (value !== undefined && value.trim() !== '') return value;
    throw new WorkloadIdentityError('secret_unavailable', {
      detail: `the environment variable ${reference.env} is not set or is empty`,
    });
  }
  let text: string;
  try {
    text = await readFile(reference.file, 'utf8');
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? 'unreadable';
    throw new WorkloadIdentityError('secret_unavailable', { detail: `the file ${reference.file}: ${code}` });
  }
  if (text.trim() !== '' && text.length <= MAX_SECRET_TEXT) return text;
  throw new WorkloadIdentityError('secret_unavailable', {
    detail: `the file ${reference.file} is ${text.trim() === '' ? 'empty' : 'too large'}`,
  });
};

import { resolve } from 'node:path';
import type { SecretReference } from '@workload-identity/contract';
import { looksLikeLabel, looksLikePath, looksLikeVariable } from './source-names.ts';

/**
 * The name of a file as an error shows it, such as `file /run/secrets/key`: with its whole path, as the working directory may
 * be another than thought. What does not look like a path may be a secret that was written where its path belongs, and is
 * not shown.
 */
export function nameOfFile(file: string): string {
  if (typeof file !== 'string' || !looksLikePath(file)) {
    return 'file that is configured (its name is not shown, because it does not look like a path; begin it with `./` or `/`)';
  }
  try {
    return `file ${resolve(file)}`;
  } catch {
    // The working directory is gone: there is nothing to complete the path with.
    return `file ${file}`;
  }
}

/** A file as an error shows it: {@link nameOfFile} in a sentence. */
export function describeFile(file: string): string {
  return `the ${nameOfFile(file)}`;
}

/** Where a reference leads, for the operator. What does not look like a name may be the secret itself, and is not shown. */
export function describeReference({ env, file }: SecretReference): string {
  if (env === undefined) return describeFile(file);
  return looksLikeVariable(env) || (env !== '' && Object.hasOwn(process.env, env))
    ? `the environment variable ${env}`
    : 'the environment variable that is configured (its name is not shown, because it does not look like one; use capitals and `_`)';
}

/** A label, such as that of a token in an HSM, as an error shows it. What does not look like one may be a PIN, and is not shown. */
export function describeLabel(label: string): string {
  return looksLikeLabel(label) ? label : '(a label that is not shown, because it does not look like one)';
}

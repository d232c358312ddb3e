import { type SecretReference, WorkloadIdentityError } from '@workload-identity/contract';
import { readSecret, type SecretReader } from '@workload-identity/core';
import { readReference } from '@workload-identity/core/sources';

/** The passphrase of a key file. */
export interface PassphraseOptions {
  /** Where the passphrase is read from: an environment variable, or a file. Without it the key file is not encrypted. */
  readonly passphrase?: SecretReference;
  /** How references are read. Default: from the environment and from files. */
  readonly readSecret?: SecretReader;
}

const MIN_CHARACTERS = 20;
const MAX_BYTES = 1_024;

/**
 * Reads a passphrase; the line break at its end does not count. The key derivation of the format is quick, so a passphrase
 * is a random secret of at least 20 characters, not a word to remember.
 * @throws WorkloadIdentityError `secret_unavailable`; `key_invalid` for one that is too short or too long
 */
export async function readPassphrase(options: PassphraseOptions): Promise<Buffer | undefined> {
  if (options.passphrase === undefined) return undefined;
  const text = await readReference(options.passphrase, options.readSecret ?? readSecret);
  const passphrase = text.replace(/\r?\n$/, '');
  const bytes = Buffer.from(passphrase);
  if (passphrase.length >= MIN_CHARACTERS && bytes.length <= MAX_BYTES) return bytes;
  throw new WorkloadIdentityError('key_invalid', {
    detail: `a passphrase has at least ${MIN_CHARACTERS} characters and at most ${MAX_BYTES} bytes; make one with \`openssl rand -base64 32\``,
  });
}

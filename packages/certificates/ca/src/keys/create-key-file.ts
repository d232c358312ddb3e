import { open, unlink } from 'node:fs/promises';
import { WorkloadIdentityError } from '@workload-identity/contract';
import { describeFile } from '@workload-identity/core/sources';
import type { CaAlgorithm, CaKey } from '../ca-key.ts';
import { bare, readOptions } from '../options.ts';
import { fileCaKey } from './file.ts';
import { makeKeyPair } from './generate.ts';
import { type PassphraseOptions, readPassphrase } from './passphrase.ts';

/** Settings of {@link createCaKeyFile}. */
export interface CreateCaKeyFileOptions extends PassphraseOptions {
  /** Default `ECDSA_P256_SHA256`. RSA keys have 3072 bits. */
  readonly algorithm?: CaAlgorithm;
}

/**
 * Writes a file that was not there before, for its owner alone.
 * @throws WorkloadIdentityError `config_invalid` where a file is there already, or none can be written
 */
export async function writeNewFile(path: string, content: string, mode: number): Promise<void> {
  try {
    const file = await open(path, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } catch (error) {
      // A key cut short must not stay behind under the name of a key.
      await unlink(path);
      throw error;
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code = 'not written' } = error as { code?: string };
    const reason =
      code === 'EEXIST' ? 'is there already, and nothing is overwritten' : `cannot be written: ${code}`;
    throw new WorkloadIdentityError('config_invalid', { detail: `${describeFile(path)} ${reason}` });
  }
}

/**
 * Makes a CA key, once: a new file with mode 0600, PKCS#8 in PEM, encrypted with AES-256-CBC where a passphrase is
 * configured. It never overwrites. The key is read back before this returns.
 * @throws WorkloadIdentityError `config_invalid` where the file exists or cannot be written; `secret_unavailable` and
 * `key_invalid` for the passphrase
 */
export async function createCaKeyFile(path: string, options: CreateCaKeyFileOptions = {}): Promise<CaKey> {
  const { algorithm = 'ECDSA_P256_SHA256', ...opening } = readOptions(options, {
    algorithm: true,
    passphrase: true,
    readSecret: true,
  });
  const key = fileCaKey(path, opening);
  const passphrase = await readPassphrase(bare(opening));
  const { privateKey } = await makeKeyPair(algorithm);
  const encryption = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  const pem = privateKey.export(bare({ type: 'pkcs8' as const, format: 'pem' as const, ...encryption }));
  passphrase?.fill(0);
  await writeNewFile(path, String(pem), 0o600);
  await key.publicKey();
  return key;
}

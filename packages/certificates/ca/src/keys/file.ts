import { createPrivateKey, type KeyObject } from 'node:crypto';
import { WorkloadIdentityError } from '@workload-identity/contract';
import { nameOfFile } from '@workload-identity/core/sources';
import type { CaKey } from '../ca-key.ts';
import { bare, readOptions } from '../options.ts';
import { readKeyFile } from './key-file.ts';
import { LocalKey } from './local-key.ts';
import { type PassphraseOptions, readPassphrase } from './passphrase.ts';

const PLAIN = '-----BEGIN PRIVATE KEY-----';
const ENCRYPTED = '-----BEGIN ENCRYPTED PRIVATE KEY-----';

function refuse(path: string, why: string): WorkloadIdentityError {
  return new WorkloadIdentityError('key_invalid', { detail: `the key ${nameOfFile(path)} ${why}` });
}

function startsWith(pem: Buffer, label: string): boolean {
  return pem.subarray(0, label.length).toString('latin1') === label;
}

function parse(path: string, pem: Buffer, passphrase: Buffer | undefined): KeyObject {
  const encrypted = startsWith(pem, ENCRYPTED);
  if (!encrypted && !startsWith(pem, PLAIN)) {
    throw refuse(path, 'is not PKCS#8 in PEM; `openssl pkcs8 -topk8` makes one of another key file');
  }
  if (pem.indexOf('-----BEGIN ', 1) !== -1) throw refuse(path, 'holds more than one key or certificate');
  if (encrypted && passphrase === undefined) {
    throw refuse(path, 'is encrypted: configure `passphrase`, a reference to it');
  }
  if (!encrypted && passphrase !== undefined) {
    throw refuse(path, 'is not encrypted, and a passphrase is configured: encrypt it, or drop `passphrase`');
  }
  try {
    const secret = passphrase === undefined ? {} : { passphrase };
    return createPrivateKey(bare({ key: pem, format: 'pem' as const, ...secret }));
  } catch {
    throw refuse(path, encrypted ? 'does not open with its passphrase, or is damaged' : 'is damaged');
  }
}

/**
 * A CA key in a file: PKCS#8 in PEM, optionally encrypted. The kind of key decides the algorithm. The file is read on first
 * use and the key then stays in memory; a file that others on the machine could read or replace is refused.
 *
 * Its methods throw `WorkloadIdentityError`: `secret_unavailable` for a file or a passphrase that cannot be read,
 * `key_invalid` for one that is not a CA key.
 * @throws TypeError for an option that does not exist
 */
export function fileCaKey(path: string, options: PassphraseOptions = {}): CaKey {
  if (typeof path !== 'string' || path === '') throw new TypeError('the path of the key file is required');
  const settings = readOptions(options, { passphrase: true, readSecret: true });
  return new LocalKey(nameOfFile(path), async () => {
    const passphrase = await readPassphrase(settings);
    const pem = await readKeyFile(path);
    try {
      return parse(path, pem, passphrase);
    } finally {
      pem.fill(0);
      passphrase?.fill(0);
    }
  });
}

import type { CaKey } from '@workload-identity/ca';
import { type SecretReference, WorkloadIdentityError } from '@workload-identity/contract';
import type { SecretReader } from '@workload-identity/core';
import {
  describeFile,
  describeLabel,
  FileRefusal,
  markOfFile,
  nameOfFile,
} from '@workload-identity/core/sources';
import { loadOptional } from '../optional-package.ts';
import type { AwsKmsKeySettings, FileKeySettings, Pkcs11KeySettings } from './ca-key-configuration.ts';

/** A CA key as the rung meets it: not opened yet. */
export interface CaKeySource {
  /** What it is, for the operator. Never a secret. */
  readonly name: string;
  /** A text that is another one when there may be another key. */
  mark(): Promise<string>;
  /** Loads what it takes to use the key. The key itself is read on first use. */
  open(readSecret: SecretReader): Promise<CaKey>;
}

const given = (passphrase: SecretReference | undefined) => (passphrase === undefined ? {} : { passphrase });

/** A key in a file: another file under its path may hold another key. */
export function fileKeySource({ file, passphrase }: FileKeySettings): CaKeySource {
  return {
    name: nameOfFile(file),
    async mark() {
      try {
        return await markOfFile(file);
      } catch (error) {
        if (!(error instanceof FileRefusal)) throw error;
        const detail = `${describeFile(file)} ${error.message}`;
        throw new WorkloadIdentityError('secret_unavailable', { detail });
      }
    },
    async open(readSecret) {
      const { fileCaKey } = await import('@workload-identity/ca');
      return fileCaKey(file, { ...given(passphrase), readSecret });
    },
  };
}

// What a KMS or an HSM holds under a name is asked when the key is opened, not every few seconds.
const noMark = async (): Promise<string> => '';

/** A key in AWS KMS. */
export function awsKmsKeySource({ awsKms: keyId, ...where }: AwsKmsKeySettings): CaKeySource {
  return {
    name: `kms ${keyId}`,
    mark: noMark,
    async open() {
      const { awsKmsCaKey } = await loadOptional(
        '@workload-identity/aws-kms',
        'sign.key.awsKms',
        () => import('@workload-identity/aws-kms'),
      );
      return awsKmsCaKey({ keyId, ...where });
    },
  };
}

/** A key in an HSM. */
export function pkcs11KeySource({ pkcs11: { module, token, label, pin } }: Pkcs11KeySettings): CaKeySource {
  return {
    name: `pkcs11 ${describeLabel(token)}/${describeLabel(label)}`,
    mark: noMark,
    async open(readSecret) {
      const { pkcs11CaKey } = await loadOptional(
        '@workload-identity/pkcs11',
        'sign.key.pkcs11',
        () => import('@workload-identity/pkcs11'),
      );
      return pkcs11CaKey({ module, tokenLabel: token, keyLabel: label, pin, readSecret });
    },
  };
}

import type { SecretReference } from '@workload-identity/contract';

/** A CA key in a file. */
export interface FileKeySettings {
  /** PKCS#8 in PEM, readable by its owner alone. */
  readonly file: string;
  /** Where the passphrase of an encrypted file is. */
  readonly passphrase?: SecretReference;
}

/** A CA key in AWS KMS; needs the package `@workload-identity/aws-kms`. */
export interface AwsKmsKeySettings {
  /** Key identifier, key ARN, `alias/…` or alias ARN. */
  readonly awsKms: string;
  /** Default: the region of the ARN, then what the AWS SDK finds. */
  readonly region?: string;
  /** Another address of KMS: a VPC endpoint or an emulator. */
  readonly endpoint?: string;
}

/** A CA key in an HSM; needs the package `@workload-identity/pkcs11`. */
export interface Pkcs11KeySettings {
  readonly pkcs11: {
    /** Absolute path of the PKCS#11 module, a shared library. */
    readonly module: string;
    /** Label of the token. */
    readonly token: string;
    /** Label of the key pair. */
    readonly label: string;
    /** Where the user PIN is. */
    readonly pin: SecretReference;
  };
}

type Without<T> = { readonly [K in Exclude<keyof Every, keyof T>]?: undefined };
type Every = FileKeySettings & AwsKmsKeySettings & Pkcs11KeySettings;

/** Where the key of the certificate authority is: exactly one of `file`, `awsKms` and `pkcs11`. */
export type CaKeyConfiguration =
  | (FileKeySettings & Without<FileKeySettings>)
  | (AwsKmsKeySettings & Without<AwsKmsKeySettings>)
  | (Pkcs11KeySettings & Without<Pkcs11KeySettings>);

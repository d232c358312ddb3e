import { createPublicKey, type KeyObject } from 'node:crypto';
import type { GetPublicKeyCommandOutput } from '@aws-sdk/client-kms';
import { WorkloadIdentityError } from '@workload-identity/contract';
import { KEY_SPECS, type KeySpecEntry } from './key-specs.ts';

/** The public half of the KMS key, checked once; every signature is held against it. */
export interface PinnedKey {
  readonly spec: KeySpecEntry;
  readonly key: KeyObject;
  readonly spki: Uint8Array;
  /** The key's own identifier, whatever alias led to it. */
  readonly id: string;
}

type Fields = Partial<Omit<GetPublicKeyCommandOutput, '$metadata'>>;

/** The last part of an ARN, or the identifier itself. */
export const bareId = (keyId: string | undefined): string => keyId?.split('/').at(-1) ?? '';

function readKey(der: Uint8Array | undefined): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(der ?? []), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/**
 * Reads the answer to GetPublicKey.
 * @throws WorkloadIdentityError `key_invalid` when the key is of a kind or for a use that cannot sign certificates
 */
export function pinPublicKey(name: string, fields: Fields): PinnedKey {
  const refuse = (why: string) => new WorkloadIdentityError('key_invalid', { detail: `${name} ${why}` });
  // Emulators know only the older name of the field.
  const kind = fields.KeySpec ?? fields.CustomerMasterKeySpec ?? 'unknown';
  if (fields.KeyUsage !== 'SIGN_VERIFY')
    throw refuse(
      `is for ${fields.KeyUsage ?? 'another use'}. The use of a KMS key never changes: create one with KeyUsage SIGN_VERIFY and KeySpec ECC_NIST_P256`,
    );
  const spec = Object.hasOwn(KEY_SPECS, kind) ? KEY_SPECS[kind] : undefined;
  if (spec === undefined)
    throw refuse(
      `is a key of KeySpec ${kind}. The kind of a KMS key never changes: create one of ${Object.keys(KEY_SPECS).join(', ')}`,
    );
  if (!fields.SigningAlgorithms?.includes(spec.signingAlgorithm))
    throw refuse(`does not offer ${spec.signingAlgorithm}`);
  const key = readKey(fields.PublicKey);
  if (key === undefined || !spec.fits(key))
    throw refuse(
      `came with a public key that is not one of KeySpec ${kind}. Check what answers at its endpoint`,
    );
  const spki = new Uint8Array(key.export({ format: 'der', type: 'spki' }));
  return { spec, key, spki, id: bareId(fields.KeyId) };
}

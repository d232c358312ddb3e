import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { KeySpec, SigningAlgorithmSpec } from '@aws-sdk/client-kms';
import { isWorkloadIdentityError } from '@workload-identity/contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { KEY_SPECS } from './key-specs.ts';
import { bareId, pinPublicKey } from './public-key.ts';

const ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const ARN = `arn:aws:kms:eu-west-1:123456789012:key/${ID}`;
const EVERY_ALGORITHM: SigningAlgorithmSpec[] = [
  'ECDSA_SHA_256',
  'ECDSA_SHA_384',
  'ED25519_SHA_512',
  'RSASSA_PSS_SHA_256',
];

describe('the public key KMS answers with', () => {
  const keys = new Map<string, KeyObject>();
  beforeAll(() => {
    const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).publicKey;
    const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).publicKey;
    keys.set('ECC_NIST_P256', ec('P-256'));
    keys.set('ECC_NIST_P384', ec('P-384'));
    keys.set('ECC_NIST_EDWARDS25519', generateKeyPairSync('ed25519').publicKey);
    for (const bits of [2048, 3072, 4096]) keys.set(`RSA_${bits}`, rsa(bits));
    keys.set('P-521', ec('P-521'));
    keys.set('secp256k1', ec('secp256k1'));
    keys.set('RSA of 1024 bits', rsa(1024));
    for (const modulusLength of [2048, 3072, 4096])
      keys.set(
        `RSA-PSS of ${modulusLength} bits`,
        generateKeyPairSync('rsa-pss', { modulusLength }).publicKey,
      );
    keys.set('Ed448', generateKeyPairSync('ed448').publicKey);
  });
  const answer = (kind: string, key: KeyObject) => ({
    KeyId: ARN,
    KeySpec: kind as KeySpec,
    KeyUsage: 'SIGN_VERIFY' as const,
    SigningAlgorithms: EVERY_ALGORITHM,
    PublicKey: new Uint8Array(key.export({ format: 'der', type: 'spki' })),
  });

  test.each(Object.keys(KEY_SPECS))('is pinned where it is one of %s, and no other key is', (kind) => {
    for (const [name, key] of keys) {
      const pin = () => pinPublicKey('kms alias/ca', answer(kind, key));
      if (name === kind) expect(pin()).toMatchObject({ spec: KEY_SPECS[kind], id: ID });
      else expect(pin, name).toThrow(`not one of KeySpec ${kind}`);
    }
  });

  test('is refused where the answer lacks a field', () => {
    const whole = answer('ECC_NIST_P256', keys.get('ECC_NIST_P256') as KeyObject);
    for (const field of ['KeySpec', 'KeyUsage', 'SigningAlgorithms', 'PublicKey'] as const) {
      const { [field]: _, ...rest } = whole;
      try {
        pinPublicKey('kms alias/ca', rest);
        expect.fail(`it was pinned without ${field}`);
      } catch (error) {
        expect(isWorkloadIdentityError(error, 'key_invalid'), field).toBe(true);
      }
    }
  });

  test('is of the kind that KeySpec says, whatever the older name of the field does', () => {
    const both = {
      ...answer('ECC_NIST_P256', keys.get('ECC_NIST_P256') as KeyObject),
      CustomerMasterKeySpec: 'ECC_NIST_P384' as const,
    };
    expect(pinPublicKey('kms alias/ca', both).spec.algorithm).toBe('ECDSA_P256_SHA256');
  });

  test.each([
    [ARN, ID],
    [ID, ID],
    [undefined, ''],
  ])('has the identifier in %s', (keyId, id) => {
    expect(bareId(keyId)).toBe(id);
  });
});

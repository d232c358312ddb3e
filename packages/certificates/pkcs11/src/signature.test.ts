import { createPublicKey, verify } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { describeWithSoftHsm, readPin } from '../test/softhsm.ts';
import { createPkcs11KeyPair } from './create-key-pair.ts';
import { pkcs11CaKey } from './pkcs11-ca-key.ts';
import { derSignature } from './signature.ts';

const TBS = Buffer.from('what is to be signed');

describe('a signature as certificates write it', () => {
  test.each([
    ['0102', '0304', '3008' + '02020102' + '02020304'],
    ['0001', '0003', '3006' + '020101' + '020103'],
    ['0000', '0001', '3006' + '020100' + '020101'],
    ['8001', '0080', '3009' + '0203008001' + '02020080'],
    ['7fff', '80ff', '3009' + '02027fff' + '02030080ff'],
  ])('%s and %s', (r, s, der) => {
    const raw = Buffer.from(`${r}${s}`, 'hex');
    expect(derSignature(raw).toString('hex')).toBe(der);
  });
});

describeWithSoftHsm('a token that hashes by itself', (hsm) => {
  beforeAll(() => {
    hsm.createToken('main');
  });
  afterEach(() => hsm.fault());

  test.each([
    ['ECDSA_P256_SHA256', 'sha256', 'hashing 256'],
    ['ECDSA_P384_SHA384', 'sha384', 'hashing 384'],
  ] as const)('is given the certificate, not its hash: %s', async (algorithm, hash, rule) => {
    const options = {
      module: hsm.faulty,
      tokenLabel: 'main',
      keyLabel: algorithm,
      pin: { env: 'PIN' },
      readSecret: readPin,
    };
    const { spki } = await createPkcs11KeyPair({ ...options, algorithm });
    hsm.fault(rule);
    const key = pkcs11CaKey(options);
    const anyone = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    expect(verify(hash, TBS, anyone, await key.sign(TBS))).toBe(true);
    await key.close?.();
  });
});

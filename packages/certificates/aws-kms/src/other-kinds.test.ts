import { constants, createPublicKey, randomBytes, verify } from 'node:crypto';
import { isWorkloadIdentityError } from '@workload-identity/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useTestEnvironment } from '../test/environment.ts';
import { failure } from '../test/failure.ts';
import { type KmsProxy, startProxy } from '../test/proxy.ts';
import { signsItself } from '../test/signs-itself.ts';
import { awsKmsCaKey } from './kms-ca-key.ts';

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

// The emulator has no Ed25519 and salts RSA in its own way: a server that keeps to AWS's documentation stands in.
describe('kinds of keys the emulator does not have as AWS has them', () => {
  useTestEnvironment();
  let server: KmsProxy;
  beforeAll(async () => {
    server = await startProxy('http://127.0.0.1:1');
  });
  afterAll(async () => {
    await server.close();
  });

  test.each([
    ['ECC_NIST_EDWARDS25519', 'Ed25519', null, {}],
    ['RSA_2048', 'RSA_PSS_SHA256', 'sha256', PSS],
    ['RSA_3072', 'RSA_PSS_SHA256', 'sha256', PSS],
    ['RSA_4096', 'RSA_PSS_SHA256', 'sha256', PSS],
  ] as const)('%s signs as %s', async (kind, algorithm, hash, padding) => {
    server.always(signsItself(kind));
    const key = awsKmsCaKey({ keyId: 'alias/ca', region: 'eu-west-1', endpoint: server.url });
    const pinned = await key.publicKey();
    expect(pinned.algorithm).toBe(algorithm);
    const tbs = randomBytes(600);
    const signature = await key.sign(tbs);
    const anyone = createPublicKey({ key: Buffer.from(pinned.spki), format: 'der', type: 'spki' });
    expect(verify(hash, tbs, { key: anyone, ...padding }, signature)).toBe(true);
    // What signs now is another key of the same kind.
    server.always(signsItself(kind));
    expect(isWorkloadIdentityError(await failure(key.sign(tbs)), 'key_invalid')).toBe(true);
    await key.close?.();
  });
});

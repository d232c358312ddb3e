import { generateKeyPairSync } from 'node:crypto';
import { compactVerify, decodeProtectedHeader } from 'jose';
import { describe, expect, test } from 'vitest';
import { type ChainSignerOptions, createChainSigner } from './chain-signer.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const options: ChainSignerOptions = {
  algorithm: 'ES256',
  privateKey,
  chain: ['MIIB', 'MIIC'],
  keyId: 'A'.repeat(43),
  notAfter: 1_800_000_000,
};

describe('a signer with a chain', () => {
  test('writes the chain into the header, and no kid', async () => {
    const signer = await createChainSigner(options);
    const token = await signer.sign('{"a":1}');
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', typ: 'wid+jwt', x5c: ['MIIB', 'MIIC'] });
    await compactVerify(token, publicKey);
    expect(signer).toMatchObject({ rung: 'ca', keyId: options.keyId, notAfter: options.notAfter });
  });

  test.each([
    ['no certificate', { chain: [] }],
    ['four certificates', { chain: ['A', 'B', 'C', 'D'] }],
    ['a chain larger than a header', { chain: ['A'.repeat(4_000), 'B'.repeat(4_200)] }],
    ['a key of another kind', { privateKey: generateKeyPairSync('ed25519').privateKey }],
    ['a key on another curve', { algorithm: 'ES384' as const }],
    ['a public key', { privateKey: publicKey }],
    ['a key as text', { privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) }],
    ['no key', { privateKey: undefined }],
  ])('refuses %s', async (_, changes) => {
    await expect(createChainSigner({ ...options, ...changes })).rejects.toMatchObject({
      code: 'key_invalid',
    });
  });
});

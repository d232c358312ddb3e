import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { inspect } from 'node:util';
import { CreateAliasCommand, type KMSClient, UpdateAliasCommand } from '@aws-sdk/client-kms';
import { isWorkloadIdentityError } from '@workload-identity/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CANARIES, useTestEnvironment } from '../test/environment.ts';
import { failure } from '../test/failure.ts';
import { adminClient, createKey, describeWithMoto, type Moto, REGION, startMoto } from '../test/moto.ts';
import { alters, type KmsProxy, startProxy } from '../test/proxy.ts';
import { awsKmsCaKey } from './kms-ca-key.ts';

describeWithMoto('a CA key in KMS, against moto', () => {
  useTestEnvironment();
  let moto: Moto;
  let proxy: KmsProxy;
  let admin: KMSClient;

  beforeAll(async () => {
    moto = await startMoto();
    proxy = await startProxy(moto.url);
    admin = adminClient(moto.url);
  });
  afterAll(async () => {
    await proxy?.close();
    await moto?.kill();
  });

  const keyAt = (keyId: string) => awsKmsCaKey({ keyId, region: REGION, endpoint: proxy.url });
  const callsSince = (from: number) => proxy.calls.slice(from).map(({ action }) => action);

  test.each([
    ['ECC_NIST_P256', 'ECDSA_P256_SHA256', 'sha256'],
    ['ECC_NIST_P384', 'ECDSA_P384_SHA384', 'sha384'],
  ] as const)(
    '%s signs, and one GetPublicKey serves any number of signatures',
    async (spec, algorithm, hash) => {
      const key = keyAt(await createKey(admin, spec));
      const from = proxy.calls.length;
      const [first, second] = await Promise.all([key.publicKey(), key.publicKey()]);
      expect(first).toEqual(second);
      expect(first.algorithm).toBe(algorithm);
      const anyone = createPublicKey({ key: Buffer.from(first.spki), format: 'der', type: 'spki' });
      for (const size of [1, 600, 4096]) {
        const tbs = randomBytes(size);
        const signature = await key.sign(tbs);
        expect(verify(hash, tbs, anyone, signature)).toBe(true);
      }
      expect(callsSince(from)).toEqual(['GetPublicKey', 'Sign', 'Sign', 'Sign']);
      expect(proxy.calls.at(-1)?.body).toMatchObject({ MessageType: 'RAW' });
      await key.close?.();
    },
  );

  test('a changed copy of the public key changes nothing', async () => {
    const key = keyAt(await createKey(admin));
    (await key.publicKey()).spki.fill(0);
    expect((await key.publicKey()).spki[0]).toBe(0x30);
  });

  test('more than 4096 bytes are refused without a call', async () => {
    const key = keyAt(await createKey(admin));
    const from = proxy.calls.length;
    const error = await failure(key.sign(randomBytes(4097)));
    expect(isWorkloadIdentityError(error, 'issuance_refused')).toBe(true);
    expect(error.message).toContain('at most 4096 bytes and the certificate has 4097');
    expect(callsSince(from)).toEqual([]);
    await expect(key.sign(new Uint8Array())).rejects.toThrow(TypeError);
  });

  test.each([
    ['ECC_NIST_P521', 'SIGN_VERIFY', 'is a key of KeySpec ECC_NIST_P521'],
    ['ECC_SECG_P256K1', 'SIGN_VERIFY', 'is a key of KeySpec ECC_SECG_P256K1'],
    ['SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT', 'is for ENCRYPT_DECRYPT'],
    ['RSA_2048', 'ENCRYPT_DECRYPT', 'is for ENCRYPT_DECRYPT'],
    ['HMAC_256', 'GENERATE_VERIFY_MAC', 'is for GENERATE_VERIFY_MAC'],
  ] as const)('a key of the wrong spec or use is refused: %s for %s', async (spec, usage, reason) => {
    const key = keyAt(await createKey(admin, spec, usage));
    const from = proxy.calls.length;
    const error = await failure(key.sign(randomBytes(600)));
    expect(isWorkloadIdentityError(error, 'key_invalid')).toBe(true);
    expect(error.message).toContain(reason);
    expect(error.message).toContain('ECC_NIST_P256');
    expect(callsSince(from)).toEqual(['GetPublicKey']);
  });

  test('a wrong region says so, and which one was asked', async () => {
    const keyId = await createKey(admin);
    const elsewhere = awsKmsCaKey({ keyId, region: 'us-east-2', endpoint: proxy.url });
    const error = await failure(elsewhere.publicKey());
    expect(isWorkloadIdentityError(error, 'config_invalid')).toBe(true);
    expect(error.message).toContain(`there is no kms ${keyId} in us-east-2`);
    expect(error.message).toContain('compare the region');
  });

  test('without any region the message says where to name one', async () => {
    const error = await failure(awsKmsCaKey({ keyId: 'alias/workload-ca', endpoint: proxy.url }).publicKey());
    expect(isWorkloadIdentityError(error, 'config_invalid')).toBe(true);
    expect(error.message).toContain('Name it in the configuration');
  });

  test('the region of an ARN is used', async () => {
    const arn = `arn:aws:kms:${REGION}:123456789012:key/${await createKey(admin)}`;
    await expect(
      awsKmsCaKey({ keyId: arn, endpoint: proxy.url }).sign(randomBytes(10)),
    ).resolves.toBeDefined();
  });

  test('an alias that moves to another key is found out, and not signed with', async () => {
    const [before, after] = [await createKey(admin), await createKey(admin)];
    const AliasName = 'alias/moving';
    await admin.send(new CreateAliasCommand({ AliasName, TargetKeyId: before }));
    const key = keyAt(AliasName);
    const pinned = await key.publicKey();
    await key.sign(randomBytes(600));
    await admin.send(new UpdateAliasCommand({ AliasName, TargetKeyId: after }));
    const error = await failure(key.sign(randomBytes(600)));
    expect(isWorkloadIdentityError(error, 'key_invalid')).toBe(true);
    expect(error.message).toContain(`now leads to another key (${after})`);
    expect(error.message).toContain('the sdk does so by itself, anything else by a restart');
    expect(await key.publicKey()).toEqual(pinned);
    const restarted = keyAt(AliasName);
    await expect(restarted.sign(randomBytes(600))).resolves.toBeDefined();
    await admin.send(new UpdateAliasCommand({ AliasName, TargetKeyId: before }));
    await expect(key.sign(randomBytes(600))).resolves.toBeDefined();
  });

  const flipped = (signature: unknown) => {
    const bytes = Buffer.from(String(signature), 'base64');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    return bytes.toString('base64');
  };
  test.each<[string, (body: Record<string, unknown>) => Record<string, unknown>]>([
    ['altered', ({ Signature }) => ({ Signature: flipped(Signature) })],
    ['no DER', () => ({ Signature: Buffer.alloc(64, 7).toString('base64') })],
    ['empty', () => ({ Signature: '' })],
    ['missing', () => ({ Signature: undefined })],
  ])('a signature that does not verify is never handed out: %s', async (_what, change) => {
    for (const spec of ['ECC_NIST_P256', 'ECC_NIST_P384'] as const) {
      const key = keyAt(await createKey(admin, spec));
      await key.publicKey();
      proxy.next(alters(change));
      const error = await failure(key.sign(randomBytes(600)));
      expect(isWorkloadIdentityError(error, 'key_invalid')).toBe(true);
      expect(error.message).toContain('It was not used');
      await expect(key.sign(randomBytes(600))).resolves.toBeDefined();
    }
  });

  test('what is to be signed is taken when sign() is called, and is bytes', async () => {
    const key = keyAt(await createKey(admin));
    for (const wrong of ['text', undefined, [1, 2]])
      await expect(key.sign(wrong as never)).rejects.toThrow(TypeError);
    const given = randomBytes(600);
    const tbs = Uint8Array.from(given);
    const signing = key.sign(tbs);
    tbs.fill(0);
    const { spki } = await key.publicKey();
    const anyone = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    expect(verify('sha256', given, anyone, await signing)).toBe(true);
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      'of another kind',
      { CustomerMasterKeySpec: 'ECC_NIST_P384', SigningAlgorithms: ['ECDSA_SHA_384'] },
      'not one of KeySpec ECC_NIST_P384',
    ],
    ['that is no key', { PublicKey: 'AAAA' }, 'not one of KeySpec ECC_NIST_P256'],
    ['without its algorithm', { SigningAlgorithms: ['ECDSA_SHA_512'] }, 'does not offer ECDSA_SHA_256'],
    [
      'of a kind that is no kind',
      { CustomerMasterKeySpec: 'constructor' },
      'is a key of KeySpec constructor',
    ],
  ])('a public key %s is refused and not pinned', async (_what, change, reason) => {
    const key = keyAt(await createKey(admin));
    proxy.next(alters(() => change));
    const error = await failure(key.publicKey());
    expect(isWorkloadIdentityError(error, 'key_invalid')).toBe(true);
    expect(error.message).toContain(reason);
    await expect(key.publicKey()).resolves.toBeDefined();
  });

  test('RSA with a salt of another length than the certificate would name is refused', async () => {
    // moto signs with the longest salt that fits; AWS, and the certificate, with 32 bytes.
    const key = keyAt(await createKey(admin, 'RSA_2048'));
    expect((await key.publicKey()).algorithm).toBe('RSA_PSS_SHA256');
    expect(isWorkloadIdentityError(await failure(key.sign(randomBytes(600))), 'key_invalid')).toBe(true);
  });

  test('a client of the caller is used, and left open', async () => {
    const client = adminClient(moto.url);
    let destroyed = false;
    client.destroy = () => {
      destroyed = true;
    };
    const key = awsKmsCaKey({ keyId: await createKey(admin), client });
    await key.sign(randomBytes(600));
    await key.close?.();
    expect(destroyed).toBe(false);
    expect(isWorkloadIdentityError(await failure(key.sign(randomBytes(600))), 'closed')).toBe(true);
  });

  test('neither inspection nor JSON shows more than the name', async () => {
    const key = keyAt(await createKey(admin));
    await key.sign(randomBytes(600));
    const shown = inspect(key, { depth: 20, showHidden: true }) + JSON.stringify(key);
    expect(shown).toContain('kms ');
    for (const secret of Object.values(CANARIES)) expect(shown).not.toContain(secret);
  });
});

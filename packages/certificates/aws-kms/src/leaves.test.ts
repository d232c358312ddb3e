import type { KMSClient } from '@aws-sdk/client-kms';
import { createCertificateAuthority, createLeafSource, createRootCertificate } from '@workload-identity/ca';
import { createBundleSource, createMinter, createVerifier } from '@workload-identity/core';
import { createChainResolver } from '@workload-identity/x5c';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestEnvironment } from '../test/environment.ts';
import { adminClient, createKey, describeWithMoto, type Moto, REGION, startMoto } from '../test/moto.ts';
import { type Fault, fails, type KmsProxy, startProxy } from '../test/proxy.ts';
import { signsItself } from '../test/signs-itself.ts';
import { awsKmsCaKey } from './kms-ca-key.ts';

const trustDomain = 'prod.example.com';
const ORDERS = `spiffe://${trustDomain}/orders`;
const BILLING = `spiffe://${trustDomain}/billing`;

describeWithMoto('leaves under a CA key in KMS, against moto', () => {
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

  const keyAt = (keyId: string) =>
    awsKmsCaKey({ keyId, region: REGION, endpoint: proxy.url, random: () => 0 });

  /** A service with a leaf of its own, and a verifier that holds the anchor alone. */
  async function serviceUnder(keyId: string) {
    const maker = keyAt(keyId);
    const { pem } = await createRootCertificate(maker, { trustDomain });
    await maker.close?.();
    const key = keyAt(keyId);
    const authority = createCertificateAuthority({ key, trustDomain, anchors: [pem] });
    const leaf = createLeafSource({ workload: ORDERS, issuer: authority.issuerFor(ORDERS) });
    const minter = createMinter({ issuer: ORDERS, signers: leaf });
    const bundle = createBundleSource({
      bundle: {
        version: 1,
        trustDomain,
        sequence: 1,
        authorities: [
          { rung: 'ca', issuer: 'certificate', anchors: [pem], subjects: [`spiffe://${trustDomain}/*`] },
        ],
      },
      pollInterval: 0,
    });
    await bundle.ready();
    const verifier = createVerifier({ bundle, audiences: [BILLING], chains: createChainResolver() });
    const close = async () => {
      leaf.close();
      bundle.close();
      await authority.close();
    };
    return { leaf, minter, verifier, close };
  }

  const kinds: [string, Fault | undefined, () => Promise<string>][] = [
    ['ECC_NIST_P256', undefined, () => createKey(admin)],
    ['ECC_NIST_P384', undefined, () => createKey(admin, 'ECC_NIST_P384')],
    ['RSA_2048', signsItself('RSA_2048'), async () => 'alias/rsa'],
    ['ECC_NIST_EDWARDS25519', signsItself('ECC_NIST_EDWARDS25519'), async () => 'alias/ed25519'],
  ];
  test.each(kinds)('a token is accepted by the anchor alone: %s', async (_kind, fault, create) => {
    proxy.always(fault);
    const { minter, verifier, close } = await serviceUnder(await create());
    const { token } = await minter.mint({ audience: BILLING });
    expect(await verifier.verify(token)).toMatchObject({ subject: ORDERS, rung: 'ca' });
    await close();
    proxy.always();
  });

  test('10,000 tokens cost one Sign and one GetPublicKey', async () => {
    const { leaf, minter, verifier, close } = await serviceUnder(await createKey(admin));
    const from = proxy.calls.length;
    await leaf.ready();
    for (let count = 1; count <= 10_000; count++) {
      const { token } = await minter.mint({ audience: BILLING });
      if (count % 100 === 0) expect((await verifier.verify(token)).subject).toBe(ORDERS);
    }
    expect(proxy.calls.slice(from).map(({ action }) => action)).toEqual(['GetPublicKey', 'Sign']);
    await leaf.renew();
    expect(proxy.calls.slice(from).map(({ action }) => action)).toEqual(['GetPublicKey', 'Sign', 'Sign']);
    await close();
  });

  test('while KMS denies, the current leaf signs on and says so; afterwards it is renewed', async () => {
    const { leaf, minter, verifier, close } = await serviceUnder(await createKey(admin));
    await leaf.ready();
    const first = leaf.status().keyId;
    proxy.always(fails('AccessDeniedException'));
    await expect(leaf.renew()).rejects.toThrow('AWS denies kms:Sign');
    expect(leaf.status()).toMatchObject({ state: 'stale', keyId: first, failures: 1 });
    const { token } = await minter.mint({ audience: BILLING });
    expect((await verifier.verify(token)).subject).toBe(ORDERS);
    proxy.always();
    await leaf.renew();
    expect(leaf.status()).toMatchObject({ state: 'current', failures: 0 });
    expect(leaf.status().keyId).not.toBe(first);
    await close();
  });
});

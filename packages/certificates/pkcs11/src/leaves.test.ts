import { createCertificateAuthority, createLeafSource, createRootCertificate } from '@workload-identity/ca';
import { createBundleSource, createMinter, createVerifier } from '@workload-identity/core';
import { createChainResolver } from '@workload-identity/x5c';
import { beforeAll, expect, test } from 'vitest';
import { describeWithSoftHsm, readPin } from '../test/softhsm.ts';
import { createPkcs11KeyPair } from './create-key-pair.ts';
import type { Pkcs11Algorithm } from './options.ts';
import { pkcs11CaKey } from './pkcs11-ca-key.ts';

const trustDomain = 'prod.example.com';
const ORDERS = `spiffe://${trustDomain}/orders`;
const BILLING = `spiffe://${trustDomain}/billing`;

describeWithSoftHsm('leaves under a CA key in an HSM, against SoftHSM', (hsm) => {
  beforeAll(() => {
    hsm.createToken('main');
  });

  const algorithms: Pkcs11Algorithm[] = ['ECDSA_P256_SHA256', 'ECDSA_P384_SHA384'];
  test.each(algorithms)(
    'a token is accepted by the anchor alone, also while the HSM is away: %s',
    async (algorithm) => {
      const pair = {
        module: hsm.faulty,
        tokenLabel: 'main',
        keyLabel: algorithm,
        pin: { env: 'PIN' },
        readSecret: readPin,
      };
      await createPkcs11KeyPair({ ...pair, algorithm });
      const key = pkcs11CaKey(pair);
      const { pem } = await createRootCertificate(key, { trustDomain });
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
      const accepted = async () =>
        (await verifier.verify((await minter.mint({ audience: BILLING })).token)).subject;

      expect(await accepted()).toBe(ORDERS);
      hsm.fault('fail C_SignInit 32 99');
      await expect(leaf.renew()).rejects.toThrow('the token went away');
      expect(leaf.status().state).toBe('stale');
      expect(await accepted()).toBe(ORDERS);
      hsm.fault();
      await leaf.renew();
      expect(leaf.status().state).toBe('current');
      expect(await accepted()).toBe(ORDERS);

      leaf.close();
      bundle.close();
      await authority.close();
    },
  );
});

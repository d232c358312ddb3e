import 'reflect-metadata';
import { createHash } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { describe, expect, it } from 'vitest';
import { type Curve, twinOf } from '../../../x5c/test/support/twin.ts';
import {
  type CaAlgorithm,
  createCertificateAuthority,
  createIntermediateCertificate,
  createRootCertificate,
  type LeafIssuer,
  memoryCaKey,
} from '../../src/index.ts';
import { BILLING, bundleOf, ORDERS, openLeaf, openVerifier, TRUST_DOMAIN } from '../support/scene.ts';
import { VirtualTime } from '../support/time.ts';

const CURVES: Readonly<Record<'ECDSA_P256_SHA256' | 'ECDSA_P384_SHA384', Curve>> = {
  ECDSA_P256_SHA256: 'P-256',
  ECDSA_P384_SHA384: 'P-384',
};

/** RFC 7638, written out once more from what another library reads. */
async function thumbprintOf(certificate: x509.X509Certificate): Promise<string> {
  const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', await certificate.publicKey.export());
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

async function scene(algorithm: CaAlgorithm) {
  const time = new VirtualTime();
  const { clock } = time;
  const rootKey = memoryCaKey({ algorithm });
  const root = await createRootCertificate(rootKey, { trustDomain: TRUST_DOMAIN, clock });
  const key = memoryCaKey({ algorithm });
  const { spki } = await key.publicKey();
  const settings = { issuer: root.pem, publicKey: spki, trustDomain: TRUST_DOMAIN, clock };
  const intermediate = await createIntermediateCertificate(rootKey, settings);
  const authority = createCertificateAuthority({
    key,
    trustDomain: TRUST_DOMAIN,
    anchors: [root.pem],
    intermediates: [intermediate.pem],
    clock,
  });
  return { time, root, intermediate, authority };
}

describe.each(Object.entries(CURVES))(
  'attack 53: a denial by what the CA says of a key, %s',
  (algorithm, curve) => {
    it('attack 53: one identifier of a leaf stands in its status, its tokens, and what a verifier returns', async () => {
      const { time, root, authority } = await scene(algorithm as CaAlgorithm);
      const { leaf, minter, close } = openLeaf({ time, authority });
      const { token, keyId } = await minter.mint({ audience: BILLING });
      const [first] = JSON.parse(Buffer.from(token.split('.')[0] as string, 'base64url').toString()).x5c;
      expect(keyId).toBe(await thumbprintOf(new x509.X509Certificate(first)));
      expect(leaf.status().keyId).toBe(keyId);
      const verifier = await openVerifier(time, bundleOf(1, [root.pem]));
      expect((await verifier.verify(token)).keyId).toBe(keyId);
      close();
    });

    it('attack 53: an authority that answers with twins changes no identifier, and no denial', async () => {
      const { time, root, intermediate, authority } = await scene(algorithm as CaAlgorithm);
      const inner = authority.issuerFor(ORDERS);
      const twins: LeafIssuer = {
        name: 'twins',
        issue: async (request) =>
          (await inner.issue(request)).map((der) => twinOf({ der: Buffer.from(der) }, curve).der),
      };
      const { leaf, minter, close } = openLeaf({ time, authority }, { issuer: twins });
      const { token, keyId } = await minter.mint({ audience: BILLING });
      expect(leaf.status().keyId).toBe(keyId);
      const bundle = bundleOf(1, [root.pem]);
      expect((await (await openVerifier(time, bundle)).verify(token)).keyId).toBe(keyId);
      for (const { pem, keyId: own } of [intermediate, root]) {
        expect(own).toBe(await thumbprintOf(new x509.X509Certificate(pem)));
      }
      for (const denied of [keyId, intermediate.keyId, root.keyId]) {
        const verifier = await openVerifier(time, { ...bundle, denied: { keys: [denied] } });
        await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'denied' });
      }
      close();
    });
  },
);

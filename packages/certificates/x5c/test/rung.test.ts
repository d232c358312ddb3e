import { createBundleSource, createChainSigner, createMinter, createVerifier } from '@workload-identity/core';
import { checkAnchors, createChainResolver } from '@workload-identity/x5c';
import { describe, expect, it } from 'vitest';
import { issueIntermediate, issueLeaf, issueRoot, type Party, privateKeyOf } from './support/authority.ts';
import { DAY, LEAF_URI, NOW } from './support/build.ts';
import { AUDIENCE } from './support/peers.ts';
import { bundleOf } from './support/resolve.ts';

const clock = () => NOW * 1000;

async function minterOf(leaf: Party, ...above: readonly Party[]) {
  const signer = await createChainSigner({
    algorithm: 'ES256',
    privateKey: privateKeyOf(leaf),
    chain: [leaf, ...above].map(({ text }) => text),
    keyId: leaf.keyId,
    notAfter: NOW + DAY,
  });
  return createMinter({ issuer: LEAF_URI, signers: { signerFor: () => signer }, clock });
}

describe('the ca rung, from minter to verifier', () => {
  it('verifies what a minter with a leaf signed, by the anchor alone', async () => {
    const root = await issueRoot();
    const between = await issueIntermediate(root);
    const leaf = await issueLeaf(between);
    const bundle = createBundleSource({ bundle: bundleOf({ anchors: [root] }), check: checkAnchors, clock });
    await bundle.ready();
    const verifier = createVerifier({ bundle, audiences: [AUDIENCE], chains: createChainResolver(), clock });
    const minter = await minterOf(leaf, between);
    for (let time = 0; time < 3; time++) {
      const { token } = await minter.mint({ audience: AUDIENCE });
      expect(await verifier.verify(token)).toMatchObject({
        subject: LEAF_URI,
        rung: 'ca',
        keyId: leaf.keyId,
      });
    }
    bundle.close();
  });

  it('denies a leaf by its key, also one whose chain is remembered', async () => {
    const root = await issueRoot();
    const leaf = await issueLeaf(root);
    const chains = createChainResolver();
    const { token } = await (await minterOf(leaf)).mint({ audience: AUDIENCE });
    for (const [denied, outcome] of [
      [[], leaf.keyId],
      [[leaf.keyId], 'denied'],
      [[], leaf.keyId],
    ] as const) {
      const document = { ...bundleOf({ anchors: [root] }), denied: { keys: denied } };
      const bundle = createBundleSource({ bundle: document, check: checkAnchors, clock });
      await bundle.ready();
      const verifier = createVerifier({ bundle, audiences: [AUDIENCE], chains, clock });
      const told = await verifier.verify(token).then(
        ({ keyId }) => keyId,
        ({ code }) => code,
      );
      expect(told).toBe(outcome);
      bundle.close();
    }
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { issueIntermediate, issueLeaf, issueRoot, makeKeys, type Party } from '../support/authority.ts';
import { codeOf, messageOf, tokenOf, verifierTrusting } from '../support/peers.ts';

describe("attack 10: an attacker's own chain", () => {
  let root: Party;
  let intermediate: Party;
  let leaf: Party;
  let fakeRoot: Party;
  let fakeIntermediate: Party;
  let fakeLeaf: Party;

  beforeAll(async () => {
    root = await issueRoot();
    intermediate = await issueIntermediate(root);
    leaf = await issueLeaf(intermediate);
    // Same names as the real ones, other keys.
    fakeRoot = await issueRoot();
    fakeIntermediate = await issueIntermediate(fakeRoot);
    fakeLeaf = await issueLeaf(fakeIntermediate);
  });

  it('attack 10: accepts the real chain, so that the refusals mean something', async () => {
    const verifier = await verifierTrusting(root);
    const caller = await verifier.verify(tokenOf([leaf, intermediate], leaf));
    expect(caller).toMatchObject({ rung: 'ca', keyId: leaf.keyId });
  });

  it('attack 10: refuses a self-signed leaf', async () => {
    const selfSigned = await issueRoot({ name: 'CN=Root' });
    expect(await codeOf(await verifierTrusting(root), tokenOf([selfSigned], selfSigned))).toBe(
      'chain_untrusted',
    );
  });

  it('attack 10: refuses a chain with the root of the attacker appended', async () => {
    const verifier = await verifierTrusting(root);
    expect(await codeOf(verifier, tokenOf([fakeLeaf, fakeIntermediate, fakeRoot], fakeLeaf))).toBe(
      'chain_untrusted',
    );
  });

  it('attack 10: refuses a root copied with another key', async () => {
    const verifier = await verifierTrusting(root);
    expect(await messageOf(verifier, tokenOf([fakeLeaf, fakeIntermediate], fakeLeaf))).toContain(
      'another key',
    );
  });

  it('attack 10: refuses the right subject with the wrong key, in the middle of a chain', async () => {
    const verifier = await verifierTrusting(root);
    const token = tokenOf([fakeLeaf, intermediate], fakeLeaf);
    expect(await messageOf(verifier, token)).toContain('the leaf: its signature does not hold');
  });

  it('attack 10: refuses a real chain that is not the one of the signing key', async () => {
    const verifier = await verifierTrusting(root);
    expect(await codeOf(verifier, tokenOf([leaf, intermediate], fakeLeaf))).toBe('signature_invalid');
  });

  it('attack 10: refuses the real root sent with an attacker below it', async () => {
    const verifier = await verifierTrusting(root);
    const below = await issueLeaf({ ...root, keys: await makeKeys() });
    expect(await codeOf(verifier, tokenOf([below, root], below))).toBe('chain_untrusted');
  });

  it('attack 10: takes an anchor at the end of a chain only where it is that anchor byte for byte', async () => {
    const verifier = await verifierTrusting(root);
    const caller = await verifier.verify(tokenOf([leaf, intermediate, root], leaf));
    expect(caller.keyId).toBe(leaf.keyId);
    const reissued = await issueRoot({ keys: root.keys });
    const token = tokenOf([fakeLeaf, fakeIntermediate, reissued], fakeLeaf);
    expect(await codeOf(verifier, token)).toBe('chain_invalid');
  });

  it('attack 10: takes the anchor itself for no leaf', async () => {
    expect(await codeOf(await verifierTrusting(root), tokenOf([root], root))).toBe('chain_invalid');
  });
});

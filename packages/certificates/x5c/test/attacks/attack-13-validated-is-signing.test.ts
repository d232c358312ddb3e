import { beforeAll, describe, expect, it } from 'vitest';
import { issueIntermediate, issueLeaf, issueRoot, type Party } from '../support/authority.ts';
import { codeOf, messageOf, tokenOf, verifierTrusting } from '../support/peers.ts';
import { resolve, trusting } from '../support/resolve.ts';

describe('attack 13: the validated certificate is the signing one', () => {
  let root: Party;
  let upper: Party;
  let lower: Party;
  let leaf: Party;
  let attacker: Party;

  beforeAll(async () => {
    root = await issueRoot();
    upper = await issueIntermediate(root, { name: 'CN=Upper' });
    lower = await issueIntermediate(upper, { name: 'CN=Lower' });
    leaf = await issueLeaf(lower);
    attacker = await issueLeaf(await issueRoot({ name: 'CN=Mallory' }));
  });

  it('attack 13: refuses an attacker in front of a trusted leaf', async () => {
    const verifier = await verifierTrusting(root);
    const direct = await issueLeaf(root);
    expect(await codeOf(verifier, tokenOf([attacker, direct], attacker))).toBe('chain_invalid');
    expect(await codeOf(verifier, tokenOf([attacker, leaf, lower], attacker))).toBe('chain_invalid');
  });

  it.each([
    ['reversed', () => [lower, leaf]],
    ['with its issuers swapped', () => [leaf, upper, lower]],
    ['without the issuer of the leaf', () => [leaf, upper]],
    ['with a doubled leaf', () => [leaf, leaf, lower]],
    ['with a doubled issuer', () => [leaf, lower, lower]],
    ['with an attacker at the end', () => [leaf, lower, attacker]],
    ['with a certificate too many at the end', () => [leaf, lower, upper, root]],
  ] as const)('attack 13: refuses a chain %s', async (_, chain) => {
    const verifier = await verifierTrusting(root);
    const code = await codeOf(verifier, tokenOf(chain(), leaf));
    expect(['chain_invalid', 'chain_untrusted', 'header_invalid']).toContain(code);
  });

  it('attack 13: says that a certificate stands twice', async () => {
    const selfIssued = await issueIntermediate(root, { name: 'CN=Root', keys: root.keys });
    const below = await issueLeaf(selfIssued);
    const verifier = await verifierTrusting(root);
    expect((await verifier.verify(tokenOf([below, selfIssued], below))).keyId).toBe(below.keyId);
    const twice = tokenOf([below, selfIssued, selfIssued], below);
    expect(await messageOf(verifier, twice)).toContain('it is in the chain twice');
  });

  it('attack 13: returns the key and the name of the first certificate, read from the bytes that were verified', async () => {
    const { keyId, lineage, leaf: read } = await resolve([leaf, lower, upper], await trusting(root));
    expect(keyId).toBe(leaf.keyId);
    expect(lineage).toEqual([leaf, lower, upper, root].map((certificate) => certificate.keyId));
    expect(read).toMatchObject({
      issuer: 'spiffe://prod.example.com/orders',
      usage: 'self',
    });
  });

  it('attack 13: a token of one leaf does not verify under the chain of another', async () => {
    const other = await issueLeaf(lower);
    expect(await codeOf(await verifierTrusting(root), tokenOf([leaf, lower, upper], other))).toBe(
      'signature_invalid',
    );
  });
});

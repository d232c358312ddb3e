import { describe, expect, it } from 'vitest';
import { issueIntermediate, issueLeaf, issueRoot } from '../support/authority.ts';
import { DAY, NOW } from '../support/build.ts';
import { codeOf, tokenOf, verifierOf, verifierTrusting } from '../support/peers.ts';
import { bundleOf, refusal, resolve, trusting } from '../support/resolve.ts';

const HOUR = 3_600;

describe('attack 17: a token outside the life of its leaf', () => {
  it('attack 17: refuses a token that ends after its leaf, and takes one that ends with it', async () => {
    const root = await issueRoot();
    const leaf = await issueLeaf(root, { notBefore: NOW - HOUR, notAfter: NOW + 60 });
    const verifier = await verifierTrusting(root);
    expect((await verifier.verify(tokenOf([leaf], leaf, { exp: NOW + 60 }))).expiresAt).toBe(NOW + 60);
    expect(await codeOf(verifier, tokenOf([leaf], leaf, { exp: NOW + 61 }))).toBe('leaf_expired');
  });

  it('attack 17: refuses a token that was issued before its leaf, and takes one issued with it', async () => {
    const root = await issueRoot();
    const leaf = await issueLeaf(root, { notBefore: NOW - 60, notAfter: NOW + HOUR });
    const verifier = await verifierTrusting(root);
    expect((await verifier.verify(tokenOf([leaf], leaf, { iat: NOW - 60 }))).issuedAt).toBe(NOW - 60);
    expect(await codeOf(verifier, tokenOf([leaf], leaf, { iat: NOW - 61 }))).toBe('leaf_expired');
  });

  it('attack 17: refuses a token that outlives an issuer above its leaf', async () => {
    const root = await issueRoot();
    const between = await issueIntermediate(root, { notAfter: NOW + 60 });
    const leaf = await issueLeaf(between);
    const verifier = await verifierTrusting(root);
    expect(await codeOf(verifier, tokenOf([leaf, between], leaf))).toBe('leaf_expired');
    expect((await verifier.verify(tokenOf([leaf, between], leaf, { exp: NOW + 60 }))).rung).toBe('ca');
  });
});

describe('attack 17: the ends of a validity', () => {
  it('attack 17: both ends are within it, one second further is not, and no leeway widens them', async () => {
    const root = await issueRoot();
    const leaf = await issueLeaf(root, { notBefore: NOW, notAfter: NOW + HOUR });
    const trusted = await trusting(root);
    expect((await resolve([leaf], trusted, NOW)).keyId).toBe(leaf.keyId);
    expect((await resolve([leaf], trusted, NOW + HOUR)).keyId).toBe(leaf.keyId);
    expect((await resolve([leaf], trusted, NOW + HOUR + 0.9)).keyId).toBe(leaf.keyId);
    expect(await refusal([leaf], trusted, NOW - 1)).toContain('leaf_expired');
    expect(await refusal([leaf], trusted, NOW - 0.1)).toContain('leaf_expired');
    expect(await refusal([leaf], trusted, NOW + HOUR + 1)).toContain('leaf_expired');
    expect(await refusal([leaf], trusted, Number.NaN)).toContain('outside its validity');
  });

  it('attack 17: the leeway of a verifier is for the token, not once more for the leaf', async () => {
    const root = await issueRoot();
    const leaf = await issueLeaf(root, { notBefore: NOW - HOUR, notAfter: NOW });
    let now = NOW;
    const verifier = await verifierOf(bundleOf({ anchors: [root] }), () => now);
    const token = tokenOf([leaf], leaf, { iat: NOW - 60, exp: NOW });
    expect((await verifier.verify(token)).expiresAt).toBe(NOW);
    now = NOW + 1;
    expect(await codeOf(verifier, token)).toBe('leaf_expired');
  });

  it('attack 17: refuses an issuer outside its validity', async () => {
    const root = await issueRoot();
    const trusted = await trusting(root);
    for (const validity of [{ notAfter: NOW - 1 }, { notBefore: NOW + 1 }]) {
      const between = await issueIntermediate(root, validity);
      const leaf = await issueLeaf(between);
      expect(await refusal([leaf, between], trusted)).toContain('intermediate 1: it is outside its validity');
    }
  });

  it('attack 17: an anchor outside its validity stands for nothing', async () => {
    const root = await issueRoot({ notBefore: NOW - DAY, notAfter: NOW + HOUR });
    const leaf = await issueLeaf(root, { notAfter: NOW + DAY });
    const trusted = await trusting(root);
    expect((await resolve([leaf], trusted)).leaf?.paths.at(0)?.notAfter).toBe(NOW + HOUR);
    expect(await refusal([leaf], trusted, NOW + HOUR + 1)).toContain('the anchor is outside its validity');
  });

  it('attack 17: a remembered chain obeys the same bounds', async () => {
    const root = await issueRoot();
    const leaf = await issueLeaf(root, { notBefore: NOW - 60, notAfter: NOW + 60 });
    let now = NOW;
    const verifier = await verifierOf(bundleOf({ anchors: [root] }), () => now);
    const fresh = () => tokenOf([leaf], leaf, { iat: NOW, exp: NOW + 60 });
    await verifier.verify(fresh());
    now = NOW + 61;
    expect(await codeOf(verifier, fresh())).toBe('leaf_expired');
    now = NOW - 61;
    expect(await codeOf(verifier, fresh())).toBe('leaf_expired');
    now = NOW;
    expect((await verifier.verify(fresh())).rung).toBe('ca');
  });
});

import { describe, expect, it } from 'vitest';
import { issueLeaf, issueRoot } from '../support/authority.ts';
import { codeOf, tokenOf, verifierTrusting } from '../support/peers.ts';

describe("attack 07: a key from the token's own header", () => {
  it.each(['jwk', 'jku', 'x5u', 'x5t', 'x5t#S256'])(
    'attack 07: refuses a good chain beside `%s`',
    async (name) => {
      const root = await issueRoot();
      const leaf = await issueLeaf(root);
      const verifier = await verifierTrusting(root);
      expect((await verifier.verify(tokenOf([leaf], leaf))).rung).toBe('ca');
      expect(await codeOf(verifier, tokenOf([leaf], leaf, {}, { [name]: 'anything' }))).toBe(
        'header_invalid',
      );
    },
  );

  it('attack 07: refuses a self-signed certificate as the key to believe', async () => {
    const root = await issueRoot();
    const own = await issueRoot({ name: 'CN=Mallory' });
    expect(await codeOf(await verifierTrusting(root), tokenOf([own], own))).toBe('chain_untrusted');
  });
});

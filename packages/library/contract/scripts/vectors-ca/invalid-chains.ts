import type { Authorities } from './authorities.ts';
import { authorityKeyIdentifier, type Certificate, makeLeaf, makeRoot } from './certificates.ts';
import type { CaKeys } from './keys.ts';
import type { AddInvalid } from './mint.ts';

/**
 * The same certificate with the last bit of its signature turned. It stands unbroken in another vector too, from where the
 * next run takes its signature.
 */
function withBrokenSignature(certificate: Certificate): Certificate {
  const der = Buffer.from(certificate.der);
  der[der.length - 1] = (der[der.length - 1] as number) ^ 1;
  return { ...certificate, der, text: der.toString('base64') };
}

/** Chains that lead to no anchor. */
function strangers(keys: CaKeys, made: Authorities, add: AddInvalid): void {
  const RING = 'prod.example.com workload CA';
  const copy = makeRoot(RING, keys['unknown-root']);
  const leaf = (id: string, above: Certificate) => makeLeaf(id, above, keys.workload);
  const alone = (id: string, above: Certificate, comment: string) =>
    add(id, 'chain_untrusted', comment, [leaf(id, above)]);
  alone('anchor-unknown', made.unknownRoot, 'A CA that is no anchor');
  alone('anchor-copied', copy, 'A CA with the name of an anchor, and another key');
  alone('anchor-expired', made.expiredRoot, 'An anchor that ended a second ago');
  add('anchor-appended', 'chain_untrusted', "An attacker's own root at the end of the chain", [
    leaf('anchor-appended', made.unknownRoot),
    made.unknownRoot,
  ]);
  add(
    'anchor-copied-appended',
    'chain_untrusted',
    'A root with the name of an anchor at the end of the chain',
    [leaf('anchor-copied-appended', copy), copy],
  );
  add('anchor-behind-stranger', 'chain_untrusted', 'An anchor at the end of a chain it did not certify', [
    leaf('anchor-behind-stranger', made.unknownRoot),
    made.root,
  ]);
  add('stranger-on-chain', 'chain_invalid', 'An intermediate at the end of a chain it did not certify', [
    leaf('stranger-on-chain', made.unknownRoot),
    made.intermediate,
  ]);
  add('stranger-before-chain', 'chain_invalid', "An attacker's leaf before a chain that is valid", [
    leaf('stranger-before-chain', made.unknownRoot),
    leaf('stranger-before-chain-2', made.intermediate),
    made.intermediate,
  ]);
  add('issuer-missing', 'chain_untrusted', 'The issuer of the leaf is missing', [
    leaf('issuer-missing', made.intermediate),
  ]);
}

/** Chains in another order, or with more than they need. */
function orders(keys: CaKeys, made: Authorities, add: AddInvalid): void {
  const { intermediate, upper, lower } = made;
  const leaf = (id: string, above: Certificate) => makeLeaf(id, above, keys.workload);
  const signed = { key: keys.workload };
  add(
    'order-reversed',
    'chain_invalid',
    'The leaf last',
    [intermediate, leaf('order-reversed', intermediate)],
    signed,
  );
  add('order-swapped', 'chain_invalid', 'The intermediates swapped', [
    leaf('order-swapped', lower),
    upper,
    lower,
  ]);
  add('order-gap', 'chain_invalid', 'The intermediate in the middle is missing', [
    leaf('order-gap', lower),
    upper,
  ]);
  const twice = leaf('leaf-twice', intermediate);
  add('leaf-twice', 'chain_invalid', 'The leaf stands twice', [twice, twice, intermediate]);
  add('intermediate-twice', 'chain_invalid', 'The intermediate stands twice', [
    leaf('intermediate-twice', intermediate),
    intermediate,
    intermediate,
  ]);
  add('intermediate-unrelated', 'chain_invalid', 'An intermediate that is not needed', [
    leaf('intermediate-unrelated', made.root),
    intermediate,
  ]);
}

/** Signatures that do not hold. */
function signatures(keys: CaKeys, made: Authorities, add: AddInvalid): void {
  const { root, intermediate } = made;
  const leaf = (id: string, above: Certificate) => makeLeaf(id, above, keys.workload);
  add('signature-leaf', 'chain_invalid', 'The signature of the leaf has a wrong bit', [
    withBrokenSignature(leaf('self-intermediate', intermediate)),
    intermediate,
  ]);
  add('signature-leaf-anchor', 'chain_untrusted', 'The same directly under the anchor', [
    withBrokenSignature(leaf('self-root', root)),
  ]);
  add('signature-intermediate', 'chain_untrusted', 'The signature of the intermediate has a wrong bit', [
    leaf('signature-intermediate', intermediate),
    withBrokenSignature(intermediate),
  ]);
  const impostor: Certificate = { ...intermediate, keys: keys.other };
  add('signature-other-key', 'chain_invalid', 'Signed by another key than that of the intermediate', [
    makeLeaf('signature-other-key', impostor, keys.workload, { more: [] }),
    intermediate,
  ]);
  add(
    'key-identifier-other',
    'chain_invalid',
    'It names another key of its issuer than the one that signed',
    [
      makeLeaf('key-identifier-other', intermediate, keys.workload, {
        more: [authorityKeyIdentifier(keys.other)],
      }),
      intermediate,
    ],
  );
  const certifier = makeLeaf('leaf-as-issuer-above', root, keys.workload, { subject: 'orders' });
  add('leaf-as-issuer', 'chain_invalid', 'A leaf that certifies another leaf', [
    makeLeaf('leaf-as-issuer', certifier, keys.other),
    certifier,
  ]);
}

/** Chains that are no path to an anchor. */
export function invalidChains(keys: CaKeys, made: Authorities, add: AddInvalid): void {
  for (const group of [strangers, orders, signatures]) group(keys, made, add);
}

import type { Authorities } from './authorities.ts';
import { type Certificate, makeIssuer, makeLeaf, twins } from './certificates.ts';
import type { CaKeys } from './keys.ts';
import type { AddInvalid } from './mint.ts';

/** Chains in which the bundle denies a key, by its thumbprint: as whatever it stands there, and however it is certified. */
export function invalidDenied(keys: CaKeys, made: Authorities, add: AddInvalid): void {
  const denied = (id: string, comment: string, chain: readonly Certificate[]) =>
    add(id, 'denied', comment, chain);
  const leaf = twins(makeLeaf('leaf-denied', made.root, keys.denied), keys.root);
  denied('leaf-denied', 'The bundle denies the key of the leaf', [leaf.original]);
  denied('leaf-denied-twin', 'The same with the other ECDSA signature, which anyone can compute', [
    leaf.twin,
  ]);
  denied('leaf-denied-again', 'The same key certified once more, by another CA', [
    makeLeaf('leaf-denied-again', made.p384Root, keys.denied),
  ]);
  const issuer = twins(makeIssuer(made.root, 'Denied CA', keys['denied-intermediate']), keys.root);
  const below = makeLeaf('intermediate-denied', issuer.original, keys.workload);
  denied('intermediate-denied', 'The bundle denies the key of the intermediate', [below, issuer.original]);
  denied('intermediate-denied-twin', 'The same with the other ECDSA signature of the intermediate', [
    below,
    issuer.twin,
  ]);
  denied('anchor-denied', 'The bundle denies the key of the anchor', [
    makeLeaf('anchor-denied', made.deniedRoot, keys.workload),
  ]);
}

import {
  dns,
  extendedKeyUsage,
  extension,
  keyUsage,
  names,
  uri,
} from '../../../../certificates/x5c/test/support/build.ts';
import { twinOf } from '../../../../certificates/x5c/test/support/twin.ts';
import { DOMAIN, NOW, ORDERS, STS } from '../vectors/setup.ts';
import { type Authorities, SHARED_STS } from './authorities.ts';
import {
  authorityKeyIdentifier,
  caExtensions,
  DAY,
  ISSUER,
  leafExtensions,
  makeIssuer,
  makeLeaf,
  SCHEMES,
  SELF,
  twins,
} from './certificates.ts';
import type { CaKeys } from './keys.ts';
import { type CaValidVector, validVector } from './mint.ts';

const BATCH = `${DOMAIN}/batch/nightly`;

function algorithms(keys: CaKeys, made: Authorities): CaValidVector[] {
  const under = (id: string, above: Authorities['root'], key: keyof CaKeys = 'workload') => [
    makeLeaf(id, above, keys[key]),
  ];
  const batch = { claims: { iss: BATCH, sub: BATCH } };
  const rsa = (id: string, scheme: typeof SCHEMES.PS256 | typeof SCHEMES.PKCS1) => [
    makeLeaf(id, made.rsaRoot, keys.workload, { scheme, extensions: leafExtensions(BATCH) }),
  ];
  return [
    validVector('ca-p384', 'CA and leaf on P-384, ES384', under('ca-p384', made.p384Root, 'workload-p384')),
    validVector(
      'ca-p384-leaf-p256',
      'A leaf on P-256 under a CA on P-384',
      under('ca-p384-leaf-p256', made.p384Root),
    ),
    validVector('ca-ed25519', 'A CA on Ed25519', under('ca-ed25519', made.ed25519Root)),
    validVector('ca-rsa-pss', 'An RSA CA that signs with PSS', rsa('ca-rsa-pss', SCHEMES.PS256), batch),
    validVector(
      'ca-rsa-pkcs1',
      'An RSA CA that signs with PKCS #1',
      rsa('ca-rsa-pkcs1', SCHEMES.PKCS1),
      batch,
    ),
    validVector('leaf-p384', 'A leaf on P-384', under('leaf-p384', made.root, 'workload-p384')),
    validVector('leaf-ed25519', 'A leaf on Ed25519', under('leaf-ed25519', made.root, 'workload-ed25519')),
    validVector(
      'leaf-eddsa',
      'The same, by the older name EdDSA',
      under('leaf-eddsa', made.root, 'workload-ed25519'),
      {
        header: { alg: 'EdDSA' },
      },
    ),
    validVector('leaf-rsa', 'An RSA leaf, PS256', under('leaf-rsa', made.root, 'workload-rsa')),
  ];
}

function issuers(keys: CaKeys, made: Authorities): CaValidVector[] {
  const sts = (id: string, identity: string) =>
    makeLeaf(id, made.intermediate, keys.workload, { extensions: leafExtensions(identity, ISSUER) });
  const minter = `${DOMAIN}/platform/minter`;
  return [
    validVector(
      'issuer-service',
      'A token service speaks for another workload',
      [sts('issuer-service', STS), made.intermediate],
      { claims: { iss: STS, roles: ['reader'] } },
    ),
    validVector(
      'issuer-workload',
      'A workload with an issuer leaf speaks for another',
      [sts('issuer-workload', minter), made.intermediate],
      { claims: { iss: minter } },
    ),
    validVector(
      'issuer-itself',
      'An issuer leaf speaks for itself',
      [sts('issuer-itself', minter), made.intermediate],
      { claims: { iss: minter, sub: minter } },
    ),
  ];
}

function chains(keys: CaKeys, made: Authorities): CaValidVector[] {
  const { root, intermediate } = made;
  const leaf = (id: string, above = root) => makeLeaf(id, above, keys.workload);
  const any = makeIssuer(root, 'Any CA', keys.intermediate, {
    extensions: [...caExtensions(0), extendedKeyUsage('2.5.29.37.0')],
  });
  const selfIssued = makeIssuer(root, 'prod.example.com workload CA', keys.intermediate);
  return [
    validVector('self-root', 'A leaf directly under the anchor', [leaf('self-root')]),
    validVector('self-intermediate', 'A leaf under an intermediate', [
      leaf('self-intermediate', intermediate),
      intermediate,
    ]),
    validVector('self-next-root', 'The second anchor, which has the name of the first', [
      leaf('self-next-root', made.nextRoot),
    ]),
    validVector('chain-of-three', 'Two intermediates', [
      leaf('chain-of-three', made.lower),
      made.lower,
      made.upper,
    ]),
    validVector('anchor-sent-along', 'The anchor itself at the end counts as left out', [
      leaf('anchor-sent-along', intermediate),
      intermediate,
      root,
    ]),
    validVector('intermediate-any-usage', 'An intermediate for any extended key usage', [
      leaf('intermediate-any-usage', any),
      any,
    ]),
    validVector('intermediate-self-issued', 'An intermediate of the name of its anchor', [
      leaf('intermediate-self-issued', selfIssued),
      selfIssued,
    ]),
  ];
}

function leaves(keys: CaKeys, made: Authorities): CaValidVector[] {
  const leaf = (id: string, changes: Parameters<typeof makeLeaf>[3]) => [
    makeLeaf(id, made.root, keys.workload, changes),
  ];
  const purpose = extendedKeyUsage(SELF);
  return [
    validVector('leaf-first-second', 'now is notBefore', leaf('leaf-first-second', { from: NOW }), {
      claims: { iat: NOW },
    }),
    validVector('leaf-last-second', 'now is notAfter', leaf('leaf-last-second', { until: NOW }), {
      claims: { exp: NOW },
    }),
    validVector(
      'token-fills-leaf',
      'iat is notBefore and exp is notAfter',
      leaf('token-fills-leaf', { from: NOW - 60, until: NOW + 240 }),
    ),
    validVector(
      'leaf-unknown-extension',
      'An unknown extension that is not critical',
      leaf('leaf-unknown-extension', {
        more: [authorityKeyIdentifier(keys.root), extension('1.3.6.1.4.1.55738.666.1', Uint8Array.of(5, 0))],
      }),
    ),
    validVector(
      'leaf-with-subject',
      'A subject, and names that are not critical',
      leaf('leaf-with-subject', {
        subject: 'orders',
        extensions: [keyUsage([0]), purpose, names([uri(ORDERS)], false)],
      }),
    ),
    validVector(
      'leaf-with-dns-name',
      'A DNS name beside the URI',
      leaf('leaf-with-dns-name', {
        extensions: [keyUsage([0]), purpose, names([dns('orders.prod.example.com'), uri(ORDERS)])],
      }),
    ),
    validVector('leaf-without-key-identifiers', 'No key identifiers, under the only key of its name', [
      makeLeaf('leaf-without-key-identifiers', made.p384Root, keys.workload, { more: [] }),
    ]),
    validVector(
      'leaf-of-a-year',
      'A long-lived leaf',
      leaf('leaf-of-a-year', { from: NOW - 30 * DAY, until: NOW + 335 * DAY }),
    ),
  ];
}

/** Whoever speaks by an https URL is listed by the authority whose anchor it stands under. */
function services(keys: CaKeys, made: Authorities): CaValidVector[] {
  const issuer = (id: string, identity: string) => [
    makeLeaf(id, made.sharedRoot, keys.workload, { extensions: leafExtensions(identity, ISSUER) }),
  ];
  const minter = `${DOMAIN}/tools/minter`;
  return [
    validVector(
      'issuer-service-shared',
      'A token service under a CA of two trust domains, listed by one of the two authorities that hold its anchor',
      issuer('issuer-service-shared', SHARED_STS),
      { claims: { iss: SHARED_STS, sub: `${DOMAIN}/shared/orders` } },
    ),
    validVector(
      'issuer-workload-shared',
      'A workload with an issuer leaf under the same CA is listed nowhere: its identifier names its trust domain',
      issuer('issuer-workload-shared', minter),
      { claims: { iss: minter, sub: `${DOMAIN}/tools/orders` } },
    ),
  ];
}

/** An ECDSA signature has a twin, which anyone can compute: a certificate with it is the same certificate. */
function twinVectors(keys: CaKeys, made: Authorities): CaValidVector[] {
  const above = makeIssuer(made.p384Root, 'CA of twins', keys.intermediate, { extensions: caExtensions(0) });
  const leaf = twins(makeLeaf('twins', above, keys.workload), keys.intermediate);
  const issuer = twins(above, keys['p384-root']);
  const anchor = twinOf(made.p384Root, 'P-384');
  return [
    validVector('twin-none', 'A leaf and its intermediate', [leaf.original, issuer.original]),
    validVector('twin-leaf', 'The same with the twin of the leaf', [leaf.twin, issuer.original]),
    validVector('twin-intermediate', 'The same with the twin of the intermediate', [
      leaf.original,
      issuer.twin,
    ]),
    validVector(
      'twin-anchor-sent-along',
      'The same with the twin of the anchor at the end, which counts as left out',
      [leaf.original, issuer.original, anchor],
    ),
  ];
}

/** A CA that renewed its certificate for the same key: a token needs one anchor that allows all of it. */
function renewal(keys: CaKeys, made: Authorities): CaValidVector[] {
  const identity = `${DOMAIN}/renewed/orders`;
  const leaf = makeLeaf('anchor-renewed', made.renewedRoot, keys.workload, {
    extensions: leafExtensions(identity),
  });
  return [
    validVector('anchor-renewed', 'It outlives the old anchor of its CA, and not the new one', [leaf], {
      claims: { iss: identity, sub: identity },
    }),
  ];
}

/** The tokens of the `ca` rung to accept. */
export function caValidVectors(keys: CaKeys, made: Authorities): readonly CaValidVector[] {
  const groups = [chains, issuers, algorithms, leaves, services, twinVectors, renewal];
  return groups.flatMap((group) => group(keys, made));
}

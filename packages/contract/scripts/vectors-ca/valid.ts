import { dns, extendedKeyUsage, extension, keyUsage, names, uri } from '../../../x5c/test/support/build.ts';
import { DOMAIN, NOW, ORDERS, STS } from '../vectors/setup.ts';
import type { Authorities } from './authorities.ts';
import {
  caExtensions,
  DAY,
  ISSUER,
  leafExtensions,
  makeIssuer,
  makeLeaf,
  SCHEMES,
  SELF,
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
        more: [extension('1.3.6.1.4.1.55738.666.1', Uint8Array.of(5, 0))],
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
    validVector(
      'leaf-without-key-identifiers',
      'No key identifiers',
      leaf('leaf-without-key-identifiers', { more: [] }),
    ),
    validVector(
      'leaf-of-a-year',
      'A long-lived leaf',
      leaf('leaf-of-a-year', { from: NOW - 30 * DAY, until: NOW + 335 * DAY }),
    ),
  ];
}

/** The tokens of the `ca` rung to accept. */
export function caValidVectors(keys: CaKeys, made: Authorities): readonly CaValidVector[] {
  return [chains, issuers, algorithms, leaves].flatMap((group) => group(keys, made));
}

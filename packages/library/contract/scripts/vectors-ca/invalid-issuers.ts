import {
  basicConstraints,
  extendedKeyUsage,
  extension,
  keyUsage,
  nameConstraints,
  uri,
} from '../../../../certificates/x5c/test/support/build.ts';
import type { Bytes } from '../../../../certificates/x5c/test/support/der.ts';
import { DOMAIN, NOW, ORDERS, STS } from '../vectors/setup.ts';
import { type Authorities, SHARED_STS } from './authorities.ts';
import {
  type Certificate,
  caExtensions,
  ISSUER,
  leafExtensions,
  makeIssuer,
  makeLeaf,
} from './certificates.ts';
import type { CaKeys } from './keys.ts';
import type { AddInvalid } from './mint.ts';

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

/** Intermediates that may not certify. */
function intermediates(keys: CaKeys, made: Authorities, add: AddInvalid): void {
  const below = (id: string, comment: string, extensions: readonly Bytes[]) => {
    const above = makeIssuer(made.root, `CA ${id}`, keys.intermediate, { extensions });
    add(`intermediate-${id}`, 'chain_invalid', comment, [makeLeaf(id, above, keys.workload), above]);
  };
  below('no-ca', 'basicConstraints without CA', [
    extension('2.5.29.19', Uint8Array.of(0x30, 0), true),
    keyUsage([5]),
  ]);
  below('no-basic-constraints', 'No basicConstraints', [keyUsage([5])]);
  below('basic-constraints-not-critical', 'basicConstraints that are not critical', [
    basicConstraints(0, false),
    keyUsage([5]),
  ]);
  below('no-key-usage', 'No keyUsage', [basicConstraints(0)]);
  below('no-cert-sign', 'A keyUsage without keyCertSign', [basicConstraints(0), keyUsage([0])]);
  below('tls-only', 'An intermediate for TLS alone', [...caExtensions(0), extendedKeyUsage(SERVER_AUTH)]);
  below('self-usage-missing', 'An intermediate for issuer leaves alone, and a self leaf', [
    ...caExtensions(0),
    extendedKeyUsage(ISSUER),
  ]);
  below('unknown-critical', 'An unknown critical extension', [
    ...caExtensions(0),
    extension('1.3.6.1.4.1.55738.666.1', Uint8Array.of(5, 0), true),
  ]);
  below('constraints-elsewhere', 'Name constraints that permit another host alone', [
    ...caExtensions(0),
    nameConstraints({ permitted: [uri('sts.example.com')] }),
  ]);
  below('constraints-excluded', 'Name constraints that exclude the host', [
    ...caExtensions(0),
    nameConstraints({ excluded: [uri('prod.example.com')] }),
  ]);
  below('constraints-not-critical', 'Name constraints that are not critical', [
    ...caExtensions(0),
    nameConstraints({ permitted: [uri('prod.example.com')] }, false),
  ]);
  below('constraints-below-host', 'Name constraints that permit the hosts below, not the host itself', [
    ...caExtensions(0),
    nameConstraints({ permitted: [uri('.prod.example.com')] }),
  ]);
  const expired = makeIssuer(made.root, 'CA expired', keys.intermediate, { until: NOW - 1 });
  add('intermediate-expired', 'chain_invalid', 'An intermediate that ended a second ago', [
    makeLeaf('expired', expired, keys.workload),
    expired,
  ]);
  const early = makeIssuer(made.root, 'CA early', keys.intermediate, { from: NOW + 1 });
  add('intermediate-not-yet-valid', 'chain_invalid', 'An intermediate that starts in a second', [
    makeLeaf('early', early, keys.workload),
    early,
  ]);
}

/** More issuers than one above them allows. */
function pathLengths(keys: CaKeys, made: Authorities, add: AddInvalid): void {
  const under = (id: string, comment: string, above: Certificate) => {
    const lower = makeIssuer(above, `CA ${id}`, keys.lower);
    add(id, 'chain_invalid', comment, [makeLeaf(id, lower, keys.workload), lower, above]);
  };
  under(
    'path-length-intermediate',
    'An intermediate of path length 0 over another',
    makeIssuer(made.p384Root, 'CA of none', keys.upper),
  );
  under(
    'path-length-anchor',
    'An anchor of path length 1 over two intermediates',
    makeIssuer(made.root, 'CA of one', keys.upper, { extensions: caExtensions(1) }),
  );
}

/** What an issuer leaf may not assert. */
function assertions(keys: CaKeys, made: Authorities, add: AddInvalid): void {
  const issuer = (id: string, above: Certificate, identity: string) =>
    makeLeaf(id, above, keys.workload, { extensions: leafExtensions(identity, ISSUER) });
  const elsewhere = 'https://sts.elsewhere.example';
  add(
    'issuer-outside-constraints',
    'chain_invalid',
    'A token service outside the name constraints of the anchor',
    [issuer('issuer-outside-constraints', made.root, elsewhere)],
    { claims: { iss: elsewhere } },
  );
  const below = 'https://eu.sts.example.com';
  add(
    'issuer-below-constraint',
    'chain_invalid',
    'A token service below the one host that is permitted',
    [issuer('issuer-below-constraint', made.root, below)],
    { claims: { iss: below } },
  );
  const services = makeIssuer(made.p384Root, 'CA of services', keys.intermediate, {
    extensions: [...caExtensions(0), nameConstraints({ permitted: [uri('sts.example.com')] })],
  });
  add(
    'subject-outside-constraints',
    'subject_not_allowed',
    'A token service asserts a subject outside the name constraints of its CA',
    [issuer('subject-outside-constraints', services, STS), services],
    { claims: { iss: STS } },
  );
  add(
    'subject-outside-patterns',
    'subject_not_allowed',
    'A token service asserts a subject that the authority may not',
    [issuer('subject-outside-patterns', made.rsaRoot, STS)],
    { claims: { iss: STS, sub: ORDERS } },
  );
  const foreign = 'spiffe://other.example.com/orders';
  add(
    'subject-of-other-domain',
    'subject_not_allowed',
    'A token service asserts a subject of another trust domain',
    [issuer('subject-of-other-domain', made.p384Root, STS)],
    { claims: { iss: STS, sub: foreign } },
  );
}

/** Token services that the authority does not list. Their https URLs name no trust domain. */
function services(keys: CaKeys, made: Authorities, add: AddInvalid): void {
  const service = (
    id: string,
    code: Parameters<AddInvalid>[1],
    comment: string,
    above: Certificate,
    identity: string,
    claims: { readonly iss?: string; readonly sub?: string } = {},
  ) => {
    const leaf = makeLeaf(id, above, keys.workload, { extensions: leafExtensions(identity, ISSUER) });
    add(id, code, comment, [leaf], { claims: { iss: identity, ...claims } });
  };
  const { root, sharedRoot } = made;
  const shared = { sub: `${DOMAIN}/shared/orders` };
  const notAllowed = 'issuer_not_allowed';
  service(
    'service-unlisted',
    notAllowed,
    'The token service of another trust domain, under a CA that serves both',
    sharedRoot,
    'https://sts.other.example.com',
    shared,
  );
  service(
    'service-listed-elsewhere',
    notAllowed,
    'A token service that another authority lists',
    sharedRoot,
    STS,
    shared,
  );
  service(
    'service-beside-its-authority',
    'subject_not_allowed',
    'A listed token service asserts a subject of the authority that does not list it',
    sharedRoot,
    SHARED_STS,
    { sub: `${DOMAIN}/tools/orders` },
  );
  service(
    'service-other-path',
    notAllowed,
    'Another path on the host that the name constraints permit',
    root,
    `${STS}/tenant`,
  );
  service('service-other-port', notAllowed, 'Another port on that host', root, `${STS}:8443`);
  service('service-slash', notAllowed, 'The URL of the leaf has a slash more', root, `${STS}/`, { iss: STS });
  const foreign = 'spiffe://other.example.com/sts';
  service(
    'issuer-of-other-domain',
    'chain_untrusted',
    'A workload of another trust domain with an issuer leaf, under a CA that serves both',
    sharedRoot,
    foreign,
    shared,
  );
}

/** Issuers that may not certify what they certify, or not speak for whom they speak. */
export function invalidIssuers(keys: CaKeys, made: Authorities, add: AddInvalid): void {
  for (const group of [intermediates, pathLengths, assertions, services]) group(keys, made, add);
}

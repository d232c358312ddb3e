import {
  basicConstraints,
  dns,
  extendedKeyUsage,
  extension,
  keyUsage,
  nameConstraints,
  names,
  uri,
} from '../../../../certificates/x5c/test/support/build.ts';
import type { Bytes } from '../../../../certificates/x5c/test/support/der.ts';
import { DOMAIN, NOW, ORDERS, STS } from '../vectors/setup.ts';
import type { Authorities } from './authorities.ts';
import { type Changes, ISSUER, leafExtensions, makeLeaf, SELF } from './certificates.ts';
import type { CaKeys } from './keys.ts';
import type { AddInvalid, TokenChanges } from './mint.ts';

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const usage = keyUsage([0]);
const self = extendedKeyUsage(SELF);
const orders = names([uri(ORDERS)]);

/** Leaves by their extensions: what the certificate is for, and whom it names. */
const EXTENSIONS: readonly (readonly [id: string, comment: string, extensions: readonly Bytes[]])[] = [
  ['tls', 'A leaf for TLS servers', [usage, extendedKeyUsage(SERVER_AUTH), orders]],
  ['tls-client', 'A leaf for TLS clients', [usage, extendedKeyUsage(CLIENT_AUTH), orders]],
  ['tls-and-self', 'A leaf for TLS clients and tokens', [usage, extendedKeyUsage(CLIENT_AUTH, SELF), orders]],
  ['both-usages', 'self and issuer', [usage, extendedKeyUsage(SELF, ISSUER), orders]],
  ['any-usage', 'Any extended key usage', [usage, extendedKeyUsage('2.5.29.37.0'), orders]],
  ['no-usage', 'No extended key usage', [usage, orders]],
  ['no-key-usage', 'No keyUsage', [self, orders]],
  ['no-digital-signature', 'A keyUsage without digitalSignature', [keyUsage([4]), self, orders]],
  ['cert-sign', 'A keyUsage with keyCertSign', [keyUsage([0, 5]), self, orders]],
  ['crl-sign', 'A keyUsage with cRLSign', [keyUsage([0, 6]), self, orders]],
  ['ca', 'A leaf that is a CA', [basicConstraints(), usage, self, orders]],
  ['two-uris', 'Two URIs', [usage, self, names([uri(ORDERS), uri(`${DOMAIN}/admin`)])]],
  ['dns-only', 'A DNS name and no URI', [usage, self, names([dns('orders.prod.example.com')])]],
  [
    'names-not-critical',
    'No subject, and names that are not critical',
    [usage, self, names([uri(ORDERS)], false)],
  ],
  ['no-names', 'Neither a subject nor names', [usage, self]],
  [
    'name-constraints',
    'Name constraints',
    [usage, self, orders, nameConstraints({ permitted: [uri('prod.example.com')] })],
  ],
  [
    'unknown-critical',
    'An unknown critical extension',
    [...leafExtensions(), extension('1.3.6.1.4.1.55738.666.1', Uint8Array.of(5, 0), true)],
  ],
  ['extension-twice', 'The extended key usage stands twice', [usage, self, self, orders]],
];

/** URIs that no token can name as `iss`. */
const URIS: readonly (readonly [id: string, comment: string, identity: string, usage: string])[] = [
  ['self-service', 'A self leaf of a token service', STS, SELF],
  ['uri-http', 'An issuer leaf with an http URL', 'http://sts.example.com', ISSUER],
  ['uri-query', 'A URL with a query', 'https://sts.example.com?tenant=1', ISSUER],
  ['uri-domain-alone', 'A trust domain without a path', DOMAIN, SELF],
  ['uri-upper-case', 'A trust domain in upper case', 'spiffe://PROD.example.com/orders', SELF],
  ['uri-dots', 'A path with two dots', `${DOMAIN}/jobs/../orders`, SELF],
];

/** Leaves that may not sign tokens. */
export function invalidLeaves(keys: CaKeys, made: Authorities, add: AddInvalid): void {
  const leaf = (
    id: string,
    code: Parameters<AddInvalid>[1],
    comment: string,
    changes: Changes,
    token?: TokenChanges,
    key = keys.workload,
  ) => add(`leaf-${id}`, code, comment, [makeLeaf(id, made.root, key, changes)], token);

  for (const [id, comment, extensions] of EXTENSIONS) leaf(id, 'chain_invalid', comment, { extensions });
  for (const [id, comment, identity, purpose] of URIS) {
    leaf(
      id,
      'chain_invalid',
      comment,
      { extensions: leafExtensions(identity, purpose) },
      { claims: { iss: identity } },
    );
  }
  leaf('common-name', 'chain_invalid', 'The identity as common name, and no names', {
    subject: ORDERS,
    extensions: [usage, self],
  });
  leaf(
    'expired',
    'leaf_expired',
    'A leaf that ended a second ago',
    { until: NOW - 1 },
    { claims: { exp: NOW - 1 } },
  );
  leaf(
    'not-yet-valid',
    'leaf_expired',
    'A leaf that starts in a second',
    { from: NOW + 1 },
    { claims: { iat: NOW + 1 } },
  );
  leaf('rsa-1024', 'chain_invalid', 'An RSA key of 1024 bits', {}, {}, keys['workload-rsa-1024']);
  const foreign = 'spiffe://other.example.com/orders';
  add(
    'leaf-other-domain',
    'chain_untrusted',
    'A leaf of another trust domain, under an anchor without constraints',
    [makeLeaf('other-domain', made.p384Root, keys.workload, { extensions: leafExtensions(foreign) })],
    { claims: { iss: foreign, sub: foreign } },
  );
}

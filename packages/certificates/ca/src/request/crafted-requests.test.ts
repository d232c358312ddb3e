import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
// A writer that shares nothing with the code under test.
import {
  type Bytes,
  bits,
  explicit,
  hex,
  implicit,
  integer,
  octets,
  oid,
  seq,
  set,
  TRUE,
  utf8,
} from '../../../x5c/test/support/der.ts';
import { ORDERS } from '../../test/support/scene.ts';
import { readCertificateRequest } from './read-request.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const SPKI = publicKey.export({ format: 'der', type: 'spki' });
const ECDSA_SHA256 = hex('300a06082a8648ce3d040302');
const NAME = seq();

const san = (...uris: readonly string[]): Bytes =>
  seq(oid('2.5.29.17'), octets(seq(...uris.map((uri) => implicit(6, Buffer.from(uri))))));
const request = (...lists: readonly (readonly Bytes[])[]): Bytes =>
  seq(oid('1.2.840.113549.1.9.14'), set(...lists.map((extensions) => seq(...extensions))));

interface Parts {
  readonly version?: number;
  readonly attributes?: readonly Bytes[];
  readonly subject?: Bytes;
  readonly algorithm?: Bytes;
}

/** A request whose signature holds, whatever else is wrong with it. */
function craft({ version = 0, attributes = [request([san(ORDERS)])], ...parts }: Parts = {}): Bytes {
  const info = seq(integer(version), parts.subject ?? NAME, SPKI, explicit(0, ...attributes));
  return seq(info, parts.algorithm ?? ECDSA_SHA256, bits(sign('sha256', info, privateKey)));
}

describe('a request that is signed well and made badly', () => {
  it('is read where nothing is wrong, so that what follows is refused for its one flaw', () => {
    expect(readCertificateRequest(craft())).toMatchObject({
      identity: ORDERS,
      publicKey: { algorithm: 'ECDSA_P256_SHA256' },
    });
    const critical = seq(oid('2.5.29.17'), TRUE, octets(seq(implicit(6, Buffer.from(ORDERS)))));
    expect(readCertificateRequest(craft({ attributes: [request([critical])] })).identity).toBe(ORDERS);
  });

  const challenge = seq(oid('1.2.840.113549.1.9.7'), set(utf8('x'.repeat(9_000))));
  it.each([
    ['is larger than 8 KiB', { attributes: [request([san(ORDERS)]), challenge] }, /larger than 8192 bytes/],
    ['is of version 2', { version: 1 }, /another version/],
    [
      'names its URI in two subjectAltNames',
      { attributes: [request([san(ORDERS), san(ORDERS)])] },
      /exactly one URI/,
    ],
    ['has an empty subjectAltName', { attributes: [request([san()])] }, /exactly one URI/],
    [
      'asks for extensions in two attributes',
      { attributes: [request([san(ORDERS)]), request([san('spiffe://prod.example.com/admin')])] },
      /extensions twice/,
    ],
    [
      'asks for two lists of extensions',
      { attributes: [request([san(ORDERS)], [san('spiffe://prod.example.com/admin')])] },
      /extensions twice/,
    ],
    ['asks for extensions and lists none', { attributes: [request()] }, /not in DER/],
    [
      'has its flag of a default written out',
      {
        attributes: [
          request([seq(oid('2.5.29.17'), hex('010100'), octets(seq(implicit(6, Buffer.from(ORDERS)))))]),
        ],
      },
      /not in DER/,
    ],
    ['names another algorithm', { algorithm: hex('300a06082a8648ce3d040303') }, /ECDSA_P256_SHA256/],
    [
      'names its algorithm with a parameter',
      { algorithm: hex('300c06082a8648ce3d0403020500') },
      /ECDSA_P256_SHA256/,
    ],
  ] as const)('%s', (_, parts, message) => {
    expect(() => readCertificateRequest(craft(parts))).toThrow(message);
    expect(() => readCertificateRequest(craft(parts))).toThrow(
      expect.objectContaining({ code: 'issuance_refused' }),
    );
  });
});

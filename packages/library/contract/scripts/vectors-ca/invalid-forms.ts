import { explicit, hex, integer } from '../../../../certificates/x5c/test/support/der.ts';
import type { Authorities } from './authorities.ts';
import { type Certificate, type Changes, makeLeaf, SCHEMES } from './certificates.ts';
import type { CaKeys } from './keys.ts';
import type { AddInvalid } from './mint.ts';

function withBytes(certificate: Certificate, der: Buffer): Certificate {
  return { ...certificate, der, text: der.toString('base64') };
}

/** Certificates that are not what RFC 5280 and DER make of one. */
export function invalidForms(keys: CaKeys, made: Authorities, add: AddInvalid): void {
  const leaf = (id: string, changes: Changes = {}) => makeLeaf(id, made.root, keys.workload, changes);
  const form = (id: string, comment: string, changes: Changes) =>
    add(`form-${id}`, 'chain_invalid', comment, [leaf(id, changes)]);

  const trailing = leaf('self-root');
  add('form-trailing-bytes', 'chain_invalid', 'Two bytes after the certificate', [
    withBytes(trailing, Buffer.concat([trailing.der, hex('0500')])),
  ]);
  const long = leaf('self-root');
  add('form-long-length', 'chain_invalid', 'A length with a zero in front: BER, and not DER', [
    withBytes(long, Buffer.concat([hex('308300'), long.der.subarray(2)])),
  ]);
  const truncated = leaf('self-root');
  add('form-truncated', 'chain_invalid', 'The last byte is missing', [
    withBytes(truncated, truncated.der.subarray(0, -1)),
  ]);
  form('version-1', 'Version 1, with extensions', { version: new Uint8Array() });
  form('version-4', 'A version there is not', { version: explicit(0, integer(3)) });
  form('serial-negative', 'A negative serial number', { serial: integer(0x80, 1) });
  form('serial-zero', 'A serial number of zero', { serial: integer(0) });
  form('serial-not-minimal', 'A zero byte too many before the serial number: BER, and not DER', {
    serial: integer(0, 1, 2),
  });
  form('serial-long', 'A serial number of 21 bytes', { serial: integer(...Array<number>(21).fill(1)) });
  form('algorithms-differ', 'Two algorithms of signature', { outerAlgorithm: SCHEMES.ES384.identifier });
  form('sha-1', 'ECDSA with SHA-1', { scheme: SCHEMES.SHA1 });
}

import { CertificationRequest, type CertificationRequestInfo } from '@peculiar/asn1-csr';
import { type Extension, Extensions, GeneralNames, id_ce_subjectAltName } from '@peculiar/asn1-x509';
import { LIMITS, WorkloadIdentityError } from '@workload-identity/contract';
import type { CaPublicKey } from '../ca-key.ts';
import { CA_ALGORITHMS, isSignedBy, readPublicKey } from '../keys/algorithms.ts';
import { bare } from '../options.ts';
import { fromDer, toDer } from '../x509/der.ts';
import { readPem } from '../x509/pem.ts';
import { EXTENSION_REQUEST } from './create-request.ts';

/** All that is taken from a certification request. */
export interface RequestedCertificate {
  readonly publicKey: CaPublicKey;
  /** The URI its subjectAltName names, where it has one: a name beside it, or a second one, is refused. */
  readonly identity?: string;
}

function refuse(why: string): WorkloadIdentityError {
  return new WorkloadIdentityError('issuance_refused', { detail: `the certification request ${why}` });
}

function bytesOf(request: Uint8Array | string): Uint8Array {
  if (typeof request !== 'string') return request;
  const blocks = readPem(request, 'CERTIFICATE REQUEST', 'the certification request');
  if (blocks.length > 1) throw refuse('is not alone in its PEM');
  return blocks[0] as Uint8Array;
}

function requestedExtensions({ attributes }: CertificationRequestInfo): readonly Extension[] {
  const [values, another] = attributes
    .filter(({ type }) => type === EXTENSION_REQUEST)
    .map((one) => one.values);
  if (values === undefined) return [];
  const [value, second] = values;
  const extensions = value === undefined ? undefined : fromDer(new Uint8Array(value), Extensions);
  if (another !== undefined || second !== undefined || extensions === undefined) {
    throw refuse('asks for extensions twice, or not in DER');
  }
  return extensions;
}

function identityOf(info: CertificationRequestInfo): string | undefined {
  const [found, another] = requestedExtensions(info).filter(({ extnID }) => extnID === id_ce_subjectAltName);
  if (found === undefined) return undefined;
  const names = fromDer(new Uint8Array(found.extnValue.buffer), GeneralNames);
  const uri = names?.length === 1 ? names[0]?.uniformResourceIdentifier : undefined;
  if (another !== undefined || uri === undefined) {
    throw refuse('names other than exactly one URI in its subjectAltName');
  }
  return uri;
}

/**
 * Reads a certification request (RFC 2986), as PEM or DER, at most 8 KiB. Its signature must hold: that proves possession
 * of the key. Its subject and every other extension it asks for count for nothing.
 * @throws WorkloadIdentityError `issuance_refused`, `key_invalid`
 */
export function readCertificateRequest(request: Uint8Array | string): RequestedCertificate {
  const der = bytesOf(request);
  if (der.length > LIMITS.certificateBytes) throw refuse(`is larger than ${LIMITS.certificateBytes} bytes`);
  const read = fromDer(der, CertificationRequest);
  if (read === undefined) throw refuse('is not DER of PKCS#10');
  const { certificationRequestInfo: info, signatureAlgorithm, signature } = read;
  if (info.version !== 0) throw refuse('is of another version');
  const publicKey = readPublicKey(toDer(info.subjectPKInfo), 'the key of the certification request');
  if (
    Buffer.from(toDer(signatureAlgorithm)).toString('hex') !== CA_ALGORITHMS[publicKey.algorithm].identifier
  ) {
    throw refuse(`is not signed by ${publicKey.algorithm}, the one algorithm of its key`);
  }
  if (!isSignedBy(publicKey, toDer(info), new Uint8Array(signature))) {
    throw refuse('is not signed by its own key: whoever sent it does not hold that key');
  }
  const identity = identityOf(info);
  return Object.freeze(bare({ publicKey, ...(identity === undefined ? {} : { identity }) }));
}

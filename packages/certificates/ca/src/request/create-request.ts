import { Attributes, CertificationRequest, CertificationRequestInfo } from '@peculiar/asn1-csr';
import {
  AlgorithmIdentifier,
  Attribute,
  type Extension,
  Extensions,
  Name,
  SubjectPublicKeyInfo,
} from '@peculiar/asn1-x509';
import { isIdentity } from '../authority/identity.ts';
import type { CaKey } from '../ca-key.ts';
import { CA_ALGORITHMS } from '../keys/algorithms.ts';
import { SigningKey } from '../keys/signing-key.ts';
import { readOptions } from '../options.ts';
import { fromDer, toArrayBuffer, toDer } from '../x509/der.ts';
import { caBasics, uriName } from '../x509/extensions.ts';
import { commonName, EMPTY_NAME } from '../x509/names.ts';
import { toPem } from '../x509/pem.ts';

/** What a certification request asks for: a leaf for an identity, or a CA of a name. */
export type CertificateRequestOptions =
  | { readonly identity: string; readonly commonName?: undefined }
  | { readonly commonName: string; readonly identity?: undefined };

/** A certification request (PKCS#10, RFC 2986). */
export interface CertificateRequest {
  readonly der: Uint8Array;
  readonly pem: string;
}

/** `extensionRequest` (RFC 2985 section 5.4.2). */
export const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';

function asked(options: CertificateRequestOptions): { subject: Uint8Array; extensions: Extension[] } {
  if ((options.identity === undefined) === (options.commonName === undefined)) {
    throw new TypeError('a request is for an `identity` or for a CA of a `commonName`: name one of them');
  }
  if (options.commonName !== undefined) {
    return { subject: commonName(options.commonName), extensions: caBasics(undefined) };
  }
  if (!isIdentity(options.identity)) {
    throw new TypeError('`identity` is a workload identifier, or the https URL of a token service');
  }
  return { subject: EMPTY_NAME, extensions: [uriName(options.identity)] };
}

/**
 * Makes a certification request. Its signature proves that whoever asks holds the key; what the certificate will say is
 * for the authority to decide.
 * @param key the key to certify: a leaf key, or a CA key in a file, a KMS or an HSM
 * @throws TypeError for a name that cannot be certified
 * @throws WorkloadIdentityError `authority_unavailable`, `key_invalid` where the key cannot sign
 */
export async function createCertificateRequest(
  key: CaKey,
  options: CertificateRequestOptions,
): Promise<CertificateRequest> {
  const { subject, extensions } = asked(readOptions(options, { identity: true, commonName: true }));
  const signing = new SigningKey(key);
  const { spki, algorithm } = await signing.publicKey();
  const values = [toArrayBuffer(toDer(new Extensions(extensions)))];
  const certificationRequestInfo = new CertificationRequestInfo({
    subject: fromDer(subject, Name) as Name,
    subjectPKInfo: fromDer(spki, SubjectPublicKeyInfo) as SubjectPublicKeyInfo,
    attributes: new Attributes([new Attribute({ type: EXTENSION_REQUEST, values })]),
  });
  const identifier = Buffer.from(CA_ALGORITHMS[algorithm].identifier, 'hex');
  const der = toDer(
    new CertificationRequest({
      certificationRequestInfo,
      signatureAlgorithm: fromDer(identifier, AlgorithmIdentifier) as AlgorithmIdentifier,
      signature: toArrayBuffer(await signing.sign(toDer(certificationRequestInfo))),
    }),
  );
  return Object.freeze({ der, pem: toPem(der, 'CERTIFICATE REQUEST') });
}

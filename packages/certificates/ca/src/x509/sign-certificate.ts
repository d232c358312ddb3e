import { randomBytes as platformRandomBytes } from 'node:crypto';
import {
  AlgorithmIdentifier,
  Certificate,
  type Extension,
  Extensions,
  Name,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { WorkloadIdentityError } from '@workload-identity/contract';
import { CA_ALGORITHMS } from '../keys/algorithms.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { fromDer, toArrayBuffer, toDer } from './der.ts';

/** What a certificate says, apart from what its issuer's key decides. */
export interface CertificateFields {
  /** DER of names: copied byte for byte, for verifiers compare bytes. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** Seconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly spki: Uint8Array;
  readonly extensions: readonly Extension[];
}

/** How much earlier than now a certificate starts, in seconds: verifiers whose clock is that much behind accept it. */
export const BACKDATE_SECONDS = 60;
const SERIAL_BYTES = 16;
// 31 December 9999, the last second a certificate can name (RFC 5280 section 4.1.2.5).
const MAX_TIME = 253_402_300_799;

/** A first byte of 1 makes every number positive and of the same length: 17 of the 20 bytes RFC 5280 section 4.1.2.2 allows. */
function serialNumber(randomBytes: (length: number) => Uint8Array): ArrayBuffer {
  const random = randomBytes(SERIAL_BYTES);
  if (random.length !== SERIAL_BYTES)
    throw new TypeError(`\`randomBytes\` gave other than ${SERIAL_BYTES} bytes`);
  return Uint8Array.of(1, ...random).buffer;
}

function must<T>(value: T | undefined, what: string): T {
  if (value === undefined)
    throw new WorkloadIdentityError('issuance_refused', { detail: `${what} is not DER` });
  return value;
}

/**
 * Puts a certificate together and has it signed (RFC 5280 section 4.1). Its serial number has 128 random bits.
 * @returns DER
 */
export async function signCertificate(
  fields: CertificateFields,
  key: SigningKey,
  randomBytes: (length: number) => Uint8Array = platformRandomBytes,
): Promise<Uint8Array> {
  const { algorithm } = await key.publicKey();
  const identifier = fromDer(Buffer.from(CA_ALGORITHMS[algorithm].identifier, 'hex'), AlgorithmIdentifier);
  const signatureAlgorithm = must(identifier, 'the signature algorithm');
  if (fields.notAfter > MAX_TIME) throw new TypeError('a certificate ends in 9999 at the latest');
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(randomBytes),
    signature: signatureAlgorithm,
    issuer: must(fromDer(fields.issuer, Name), 'the name of the issuer'),
    validity: new Validity({
      notBefore: new Date(fields.notBefore * 1000),
      notAfter: new Date(fields.notAfter * 1000),
    }),
    subject: must(fromDer(fields.subject, Name), 'the name of the subject'),
    subjectPublicKeyInfo: must(fromDer(fields.spki, SubjectPublicKeyInfo), 'the public key'),
    extensions: new Extensions([...fields.extensions]),
  });
  const signatureValue = toArrayBuffer(await key.sign(toDer(tbsCertificate)));
  return toDer(new Certificate({ tbsCertificate, signatureAlgorithm, signatureValue }));
}

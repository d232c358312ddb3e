import { isWorkloadIdentityError, WorkloadIdentityError } from '@workload-identity/contract';
import { AnchorSet, type Certificate } from '@workload-identity/x5c';
import { keyIdentifier } from '../x509/extensions.ts';
import { readPem } from '../x509/pem.ts';

/** Reads the certificate of a CA by the rules of the verifiers. @throws WorkloadIdentityError `config_invalid` */
export function readCaCertificate(der: Uint8Array, what: string): Certificate {
  try {
    return new AnchorSet().add(der).certificate;
  } catch (error) {
    if (!isWorkloadIdentityError(error)) throw error;
    const { detail = 'not a certificate' } = error;
    throw new WorkloadIdentityError('config_invalid', { detail: `${what}: ${detail}`, cause: error });
  }
}

/** Reads certificates of CAs out of texts of PEM, one or several in each. @throws WorkloadIdentityError `config_invalid` */
export function readCaCertificates(texts: readonly string[], option: string): readonly Certificate[] {
  return texts.flatMap((text, index) => {
    const what = `\`${option}[${index}]\``;
    return readPem(text, 'CERTIFICATE', what).map((der) => readCaCertificate(der, what));
  });
}

/** How certificates name the key of a CA: as its own certificate does, or else as this package would. */
export function keyIdentifierOf({ extensions, frame }: Certificate): Uint8Array {
  return extensions.subjectKeyIdentifier?.value ?? keyIdentifier(frame.publicKeyInfo);
}

/** Tells whether a certificate is for a key. */
export function isFor({ frame }: Certificate, spki: Uint8Array): boolean {
  return Buffer.compare(frame.publicKeyInfo, spki) === 0;
}

/** A time as an operator reads it. */
export function showTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/**
 * Checks that CAs may issue now.
 * @throws WorkloadIdentityError `issuance_refused`
 */
export function checkInForce(certificates: readonly Certificate[], now: number): void {
  for (const { notBefore, notAfter } of certificates) {
    if (now > notAfter) {
      throw new WorkloadIdentityError('issuance_refused', {
        detail: `the CA certificate ended at ${showTime(notAfter)}: make a new one and add it to the anchors before it is used`,
      });
    }
    if (now < notBefore) {
      throw new WorkloadIdentityError('issuance_refused', {
        detail: `the CA certificate starts at ${showTime(notBefore)}, and the clock of this machine says ${showTime(Math.floor(now))}: compare the clocks`,
      });
    }
  }
}

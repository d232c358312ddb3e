import { X509Certificate } from 'node:crypto';
import { WorkloadIdentityError } from '@workload-identity/contract';
import { describeFile, FileRefusal, readSourceFile } from '@workload-identity/core/sources';

/** The certificates a CA key issues under, PEM. */
export interface IssuingCertificates {
  readonly anchors: readonly string[];
  readonly intermediates: readonly string[];
}

/** The certificate that is configured. */
export interface ConfiguredCertificate {
  readonly file: string;
  readonly pem: string;
}

const MAX_BYTES = 65_536;
const ONE_BLOCK = /^\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/;

function invalid(detail: string): WorkloadIdentityError {
  return new WorkloadIdentityError('config_invalid', { detail });
}

function parse(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** Reads the file of the configured certificate. @throws WorkloadIdentityError `config_invalid` */
export async function readCertificate(file: string): Promise<ConfiguredCertificate> {
  let pem: string;
  try {
    pem = (await readSourceFile(file, { most: MAX_BYTES })).toString('latin1');
  } catch (error) {
    if (!(error instanceof FileRefusal)) throw error;
    throw invalid(`the certificate in ${describeFile(file)} ${error.message}`);
  }
  if (!ONE_BLOCK.test(pem) || parse(pem) === undefined) {
    throw invalid(
      `${describeFile(file)} is not one certificate in PEM. The certificate of the CA key stands there alone: what is above it belongs into the trust bundle, and its key into a file of its own`,
    );
  }
  return { file, pem };
}

/** Tells whether a certificate leads to no other: it is an anchor by itself. */
export function isSelfIssued(pem: string): boolean {
  const certificate = parse(pem);
  return certificate?.checkIssued(certificate) === true && certificate.verify(certificate.publicKey);
}

function isFor(pem: string, spki: Uint8Array): boolean {
  try {
    const { publicKey } = new X509Certificate(pem);
    return Buffer.compare(publicKey.export({ type: 'spki', format: 'der' }), spki) === 0;
  } catch {
    return false;
  }
}

/**
 * Finds the certificates that a CA key issues under.
 * @param name of the key, for the operator
 * @param configured the certificate of the key; without it, it is looked for among the anchors
 * @param anchors of the trust bundle
 * @throws WorkloadIdentityError `config_invalid` where there is none
 */
export function issuingCertificates(
  name: string,
  spki: Uint8Array,
  configured: ConfiguredCertificate | undefined,
  anchors: readonly string[],
): IssuingCertificates {
  if (configured === undefined) {
    const own = anchors.filter((pem) => isFor(pem, spki));
    if (own.length > 0) return { anchors: own, intermediates: [] };
    throw invalid(
      `no anchor of the trust bundle is for the CA key ${name}: add its certificate to the \`anchors\` of an authority of the ca rung, or configure \`sign.certificate\``,
    );
  }
  const { pem } = configured;
  const certificate = `the certificate in ${describeFile(configured.file)}`;
  if (!isFor(pem, spki)) {
    throw invalid(
      `${certificate} is not for the CA key ${name}: configure the certificate of this key, or the key of this certificate`,
    );
  }
  if (isSelfIssued(pem)) return { anchors: [pem], intermediates: [] };
  if (anchors.length > 0) return { anchors, intermediates: [pem] };
  throw invalid(
    `${certificate} is an intermediate, and there is no anchor it could lead to: add the certificate above it to the \`anchors\` of an authority of the ca rung in the trust bundle, and configure \`verify\` with that`,
  );
}

import { WorkloadIdentityError } from '@workload-identity/contract';
import type { Certificate } from '@workload-identity/x5c';
import type { CaKey } from '../ca-key.ts';
import { readPublicKey } from '../keys/algorithms.ts';
import { SigningKey } from '../keys/signing-key.ts';
import { readOptions, seconds } from '../options.ts';
import { readCertificateRequest } from '../request/read-request.ts';
import { caBasics, caLimits, keyIdentifier, keyIdentifiers } from '../x509/extensions.ts';
import { commonName, defaultCommonName } from '../x509/names.ts';
import { BACKDATE_SECONDS, signCertificate } from '../x509/sign-certificate.ts';
import { checkInForce, isFor, keyIdentifierOf, readCaCertificates, showTime } from './ca-certificate.ts';
import { constrainedHosts } from './identity.ts';
import {
  CA_CERTIFICATE_SETTINGS,
  CA_LIFETIME,
  type CaCertificate,
  type CaCertificateOptions,
  readPathLength,
  released,
} from './root.ts';

interface IntermediateBase extends CaCertificateOptions {
  /** The certificate of the key that signs, PEM. */
  readonly issuer: string;
  /** Seconds: one day to 25 years, and not beyond the issuer. Default one year, or until the issuer ends. */
  readonly lifetime?: number;
  /** How many CAs may stand between it and a leaf: 0 (default) or 1. */
  readonly pathLength?: number;
}

/** Settings of {@link createIntermediateCertificate}. */
export type IntermediateCertificateOptions =
  /** A certification request of the new CA, PEM or DER: it proves possession of the key. Nothing else of it is taken. */
  | (IntermediateBase & { readonly csr: Uint8Array | string; readonly publicKey?: undefined })
  /** A bare SubjectPublicKeyInfo, DER: nothing proves possession; for a key the caller itself holds. */
  | (IntermediateBase & { readonly publicKey: Uint8Array; readonly csr?: undefined });

const MAX_PATH_LENGTH = 1;

function refuse(detail: string): WorkloadIdentityError {
  return new WorkloadIdentityError('issuance_refused', { detail });
}

function subjectKey(options: IntermediateCertificateOptions): Uint8Array {
  if ((options.csr === undefined) === (options.publicKey === undefined)) {
    throw new TypeError('an intermediate is made for a `csr` or for a `publicKey`: give one of them');
  }
  return options.csr === undefined
    ? readPublicKey(options.publicKey, '`publicKey`').spki
    : readCertificateRequest(options.csr).publicKey.spki;
}

function readIssuer(pem: string, spki: Uint8Array, name: string, pathLength: number): Certificate {
  const [issuer, another] = readCaCertificates([pem], 'issuer');
  if (issuer === undefined || another !== undefined) throw new TypeError('`issuer` is one certificate');
  if (!isFor(issuer, spki)) {
    throw new WorkloadIdentityError('config_invalid', {
      detail: `\`issuer\` is not the certificate of ${name}`,
    });
  }
  const allowed = issuer.extensions.basicConstraints?.value.pathLength ?? Number.POSITIVE_INFINITY;
  if (allowed <= pathLength) {
    throw refuse(`its issuer allows ${allowed} CAs below it: make one under a CA that allows more`);
  }
  return issuer;
}

function endOf(lifetime: number | undefined, issuer: Certificate, now: number): number {
  if (lifetime === undefined) return Math.min(now + CA_LIFETIME.intermediate, issuer.notAfter);
  const end = now + seconds('lifetime', lifetime, CA_LIFETIME.least, CA_LIFETIME.most);
  if (end <= issuer.notAfter) return end;
  throw refuse(
    `it would outlive its issuer, which ends at ${showTime(issuer.notAfter)}: choose a shorter \`lifetime\``,
  );
}

/**
 * Makes the certificate of a CA under another CA: its key issues leaves, and the key above it can stay locked away.
 * @param key the key of the CA above
 * @throws TypeError for a setting that is missing, unknown or out of range
 * @throws WorkloadIdentityError `issuance_refused`, `config_invalid`, `authority_unavailable`, `key_invalid`
 */
export async function createIntermediateCertificate(
  key: CaKey,
  options: IntermediateCertificateOptions,
): Promise<CaCertificate> {
  const settings = readOptions(options, {
    ...CA_CERTIFICATE_SETTINGS,
    issuer: true,
    csr: true,
    publicKey: true,
  });
  const hosts = constrainedHosts(settings.trustDomain, settings.serviceHosts ?? []);
  const pathLength = readPathLength(settings.pathLength ?? 0, MAX_PATH_LENGTH);
  const spki = subjectKey(settings);
  const signing = new SigningKey(key);
  const own = await signing.publicKey();
  const issuer = readIssuer(settings.issuer, own.spki, signing.name, pathLength);
  const subject = commonName(
    settings.commonName ?? defaultCommonName(settings.trustDomain, keyIdentifier(spki)),
  );
  if (isFor(issuer, spki) || Buffer.compare(subject, issuer.frame.subject) === 0) {
    throw refuse('a CA below another one has a key and a name of its own');
  }
  const now = Math.floor((settings.clock ?? Date.now)() / 1000);
  checkInForce([issuer], now);
  const der = await signCertificate(
    {
      issuer: issuer.frame.subject,
      subject,
      notBefore: Math.max(now - BACKDATE_SECONDS, issuer.notBefore),
      notAfter: endOf(settings.lifetime, issuer, now),
      spki,
      extensions: [
        ...caBasics(pathLength),
        ...caLimits(hosts),
        ...keyIdentifiers(spki, keyIdentifierOf(issuer)),
      ],
    },
    signing,
    settings.randomBytes,
  );
  return released(der);
}

import { thumbprintOf } from '@workload-identity/x5c';
import type { CaKey } from '../ca-key.ts';
import { SigningKey } from '../keys/signing-key.ts';
import { type Ambient, readOptions, seconds } from '../options.ts';
import { caBasics, caLimits, keyIdentifier, keyIdentifiers } from '../x509/extensions.ts';
import { commonName, defaultCommonName } from '../x509/names.ts';
import { toPem } from '../x509/pem.ts';
import { BACKDATE_SECONDS, signCertificate } from '../x509/sign-certificate.ts';
import { readCaCertificate } from './ca-certificate.ts';
import { constrainedHosts } from './identity.ts';

/** What every CA certificate of this project is made from. */
export interface CaCertificateOptions extends Ambient {
  /** The trust domain it serves. A fully qualified one becomes its name constraint, so that it can certify no other. */
  readonly trustDomain: string;
  /** Hosts of token services, whose https URL a leaf may name; they become name constraints too. Default none. */
  readonly serviceHosts?: readonly string[];
  /** 1 to 64 visible ASCII characters. Default: the trust domain and the key. */
  readonly commonName?: string;
}

/** Settings of {@link createRootCertificate}. */
export interface RootCertificateOptions extends CaCertificateOptions {
  /** Seconds: one day to 25 years, default 10 years. */
  readonly lifetime?: number;
  /** How many CAs may stand between it and a leaf: 0 to 2, default 1. */
  readonly pathLength?: number;
}

/** The names of the settings that every kind of CA certificate has. */
export const CA_CERTIFICATE_SETTINGS = Object.freeze({
  trustDomain: true,
  serviceHosts: true,
  commonName: true,
  lifetime: true,
  pathLength: true,
  clock: true,
  randomBytes: true,
});

/** The certificate of a CA. Times are seconds since 1970, both inclusive. */
export interface CaCertificate {
  readonly der: Uint8Array;
  readonly pem: string;
  /** The thumbprint (RFC 7638) of its key, base64url. In `denied.keys` of a trust bundle it denies all that is below it. */
  readonly keyId: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Lifetimes of CA certificates, in seconds. */
export const CA_LIFETIME = Object.freeze({
  least: 86_400,
  root: 3_650 * 86_400,
  intermediate: 365 * 86_400,
  most: 9_131 * 86_400,
});
const MAX_PATH_LENGTH = 2;

/** What a new certificate of a CA says of itself, read back as a verifier reads it. */
export function released(der: Uint8Array): CaCertificate {
  const { notBefore, notAfter, publicKey } = readCaCertificate(der, 'the new certificate');
  const keyId = thumbprintOf(publicKey);
  return Object.freeze({ der, pem: toPem(der, 'CERTIFICATE'), keyId, notBefore, notAfter });
}

/** How many issuers may follow. @throws TypeError */
export function readPathLength(value: number, most: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new TypeError(`\`pathLength\` is a whole number from 0 to ${most}`);
}

/**
 * Makes the self-signed certificate of a CA key: the anchor that verifiers hold. Made once and kept; it is no secret.
 * @throws TypeError for a setting that is missing, unknown or out of range
 * @throws WorkloadIdentityError `authority_unavailable`, `key_invalid`, `identifier_invalid`
 */
export async function createRootCertificate(
  key: CaKey,
  options: RootCertificateOptions,
): Promise<CaCertificate> {
  const settings = readOptions(options, CA_CERTIFICATE_SETTINGS);
  const hosts = constrainedHosts(settings.trustDomain, settings.serviceHosts ?? []);
  const lifetime = seconds(
    'lifetime',
    settings.lifetime ?? CA_LIFETIME.root,
    CA_LIFETIME.least,
    CA_LIFETIME.most,
  );
  const pathLength = readPathLength(settings.pathLength ?? 1, MAX_PATH_LENGTH);
  const signing = new SigningKey(key);
  const { spki } = await signing.publicKey();
  const identifier = keyIdentifier(spki);
  const name = commonName(settings.commonName ?? defaultCommonName(settings.trustDomain, identifier));
  const now = Math.floor((settings.clock ?? Date.now)() / 1000);
  const der = await signCertificate(
    {
      issuer: name,
      subject: name,
      notBefore: now - BACKDATE_SECONDS,
      notAfter: now + lifetime,
      spki,
      extensions: [...caBasics(pathLength), ...caLimits(hosts), ...keyIdentifiers(spki, identifier)],
    },
    signing,
    settings.randomBytes,
  );
  return released(der);
}

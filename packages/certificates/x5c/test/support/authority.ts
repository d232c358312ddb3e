import 'reflect-metadata';
import { KeyObject, type webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { CONTRACT } from '@workload-identity/contract';
import { DAY, LEAF_URI, NOW, pemOf, thumbprintOf } from './build.ts';

// A generator that shares nothing with the code under test: @peculiar/x509 over WebCrypto.
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A certificate with the private key of its subject. */
export interface Party {
  readonly name: string;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly der: Uint8Array;
  readonly text: string;
  readonly pem: string;
  /** The thumbprint of its key. */
  readonly keyId: string;
}

export interface PartyParts {
  readonly name?: string;
  readonly keys?: webcrypto.CryptoKeyPair;
  readonly extensions?: readonly x509.Extension[];
  /** Seconds since 1970. */
  readonly notBefore?: number;
  readonly notAfter?: number;
}

export const makeKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

const { keyCertSign, cRLSign, digitalSignature } = x509.KeyUsageFlags;

export const caExtensions = (pathLength?: number): x509.Extension[] => [
  new x509.BasicConstraintsExtension(true, pathLength, true),
  new x509.KeyUsagesExtension(keyCertSign | cRLSign, true),
];

export const leafExtensions = (
  uris: readonly string[] = [LEAF_URI],
  usages: readonly string[] = [CONTRACT.selfExtendedKeyUsage],
): x509.Extension[] => [
  new x509.KeyUsagesExtension(digitalSignature, true),
  new x509.ExtendedKeyUsageExtension([...usages]),
  new x509.SubjectAlternativeNameExtension(
    uris.map((value) => ({ type: 'url' as const, value })),
    true,
  ),
];

async function issue(
  parts: PartyParts,
  issuer: Party | undefined,
  extensions: x509.Extension[],
): Promise<Party> {
  const keys = parts.keys ?? (await makeKeys());
  const name = parts.name ?? '';
  const certificate = await x509.X509CertificateGenerator.create({
    subject: name,
    issuer: issuer?.name ?? name,
    notBefore: new Date((parts.notBefore ?? NOW - DAY) * 1000),
    notAfter: new Date((parts.notAfter ?? NOW + DAY) * 1000),
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: parts.extensions === undefined ? extensions : [...parts.extensions],
  });
  const der = new Uint8Array(certificate.rawData);
  return {
    name,
    keys,
    der,
    text: Buffer.from(der).toString('base64'),
    pem: pemOf(der),
    keyId: thumbprintOf(KeyObject.from(keys.publicKey)),
  };
}

export const issueRoot = (parts: PartyParts = {}): Promise<Party> =>
  issue({ name: 'CN=Root', ...parts }, undefined, caExtensions());
export const issueIntermediate = (issuer: Party, parts: PartyParts = {}): Promise<Party> =>
  issue({ name: 'CN=Intermediate', ...parts }, issuer, caExtensions());
export const issueLeaf = (issuer: Party, parts: PartyParts = {}): Promise<Party> =>
  issue(parts, issuer, leafExtensions());

/** The private key as core signs with it. */
export const privateKeyOf = ({ keys }: Party): KeyObject => KeyObject.from(keys.privateKey);

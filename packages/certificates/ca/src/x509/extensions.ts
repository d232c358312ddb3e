import { createHash } from 'node:crypto';
import { OctetString } from '@peculiar/asn1-schema';
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  ExtendedKeyUsage,
  Extension,
  GeneralName,
  GeneralNames,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  NameConstraints,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
} from '@peculiar/asn1-x509';
import { CONTRACT } from '@workload-identity/contract';
import { fromDer, toArrayBuffer, toDer } from './der.ts';

/** What a leaf may assert: itself, or others too. */
export type LeafUsage = 'self' | 'issuer';

/** The extended key usage of each (contract, section on authority). */
export const LEAF_USAGES: Readonly<Record<LeafUsage, string>> = Object.freeze({
  self: CONTRACT.selfExtendedKeyUsage,
  issuer: CONTRACT.issuerExtendedKeyUsage,
});

function extension(extnID: string, critical: boolean, value: unknown): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(toArrayBuffer(toDer(value))) });
}

/** The identifier of a key: the leftmost 160 bits of the SHA-256 of its bits (RFC 7093 section 2, method 1). */
export function keyIdentifier(spki: Uint8Array): Uint8Array {
  const info = fromDer(spki, SubjectPublicKeyInfo);
  if (info === undefined) throw new TypeError('a SubjectPublicKeyInfo was expected');
  const hash = createHash('sha256').update(new Uint8Array(info.subjectPublicKey)).digest();
  return new Uint8Array(hash.subarray(0, 20));
}

/** Names the key of a certificate, and that of its issuer (RFC 5280 sections 4.2.1.1 and 4.2.1.2). */
export function keyIdentifiers(spki: Uint8Array, issuer: Uint8Array): Extension[] {
  return [
    extension(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifier(spki))),
    extension(
      id_ce_authorityKeyIdentifier,
      false,
      new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(toArrayBuffer(issuer)) }),
    ),
  ];
}

/** The one URI a certificate or a request speaks for. */
export function uriName(uri: string): Extension {
  return extension(
    id_ce_subjectAltName,
    true,
    new GeneralNames([new GeneralName({ uniformResourceIdentifier: uri })]),
  );
}

/** What makes a leaf: no CA, signs and does nothing else, one usage, one URI. */
export function leafExtensions(uri: string, usage: LeafUsage): Extension[] {
  return [
    extension(id_ce_basicConstraints, true, new BasicConstraints()),
    extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.digitalSignature)),
    extension(id_ce_extKeyUsage, false, new ExtendedKeyUsage([LEAF_USAGES[usage]])),
    uriName(uri),
  ];
}

/** What makes a CA: it signs certificates and nothing else. */
export function caBasics(pathLength: number | undefined): Extension[] {
  const basic = pathLength === undefined ? { cA: true } : { cA: true, pathLenConstraint: pathLength };
  return [
    extension(id_ce_basicConstraints, true, new BasicConstraints(basic)),
    extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.keyCertSign)),
  ];
}

/**
 * What limits a CA of this project: leaves that sign tokens and none for TLS, and URIs of these hosts alone (RFC 5280
 * section 4.2.1.10). No hosts, no constraints.
 */
export function caLimits(hosts: readonly string[]): Extension[] {
  const usages = extension(id_ce_extKeyUsage, false, new ExtendedKeyUsage(Object.values(LEAF_USAGES)));
  if (hosts.length === 0) return [usages];
  const permittedSubtrees = new GeneralSubtrees(
    hosts.map((host) => new GeneralSubtree({ base: new GeneralName({ uniformResourceIdentifier: host }) })),
  );
  return [usages, extension(id_ce_nameConstraints, true, new NameConstraints({ permittedSubtrees }))];
}

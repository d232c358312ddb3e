import { createHash, sign } from 'node:crypto';
import { CONTRACT } from '@workload-identity/contract';
import {
  bits,
  explicit,
  implicit,
  integer,
  NULL,
  octets,
  oid,
  seq,
  set,
  TRUE,
  time,
  utf8,
} from '../der/write.ts';
import { numbersOf, partsOf } from '../oracle/chain.ts';
import type { PairKey } from './keys.ts';
import { NOW } from './names.ts';
import { bytesOfNumber, numberOf, orderOf } from './twin.ts';

const DAY = 86_400;
type Bytes = Uint8Array;

/** A name of one common name, or none. */
export const nameOf = (commonName: string): Buffer =>
  commonName === '' ? seq() : seq(set(seq(oid('2.5.4.3'), utf8(commonName))));

export const extension = (id: string, value: Bytes, critical = false): Buffer =>
  seq(oid(id), ...(critical ? [TRUE] : []), octets(value));
export const basicConstraints = (pathLength?: number, critical = true): Buffer =>
  extension('2.5.29.19', seq(TRUE, ...(pathLength === undefined ? [] : [integer(pathLength)])), critical);
/** Bit 0 is digitalSignature, 5 keyCertSign, 6 cRLSign. */
export function keyUsage(...usages: readonly number[]): Buffer {
  const mask = usages.reduce((all, bit) => all | (0x80 >> bit), 0);
  return extension('2.5.29.15', bits(Uint8Array.of(mask), 7 - Math.max(...usages)), true);
}
export const extendedKeyUsage = (...ids: readonly string[]): Buffer =>
  extension('2.5.29.37', seq(...ids.map(oid)));
export const uri = (text: string): Buffer => implicit(6, Buffer.from(text));
export const subjectNames = (...names: readonly Bytes[]): Buffer =>
  extension('2.5.29.17', seq(...names), true);
/** Permits URIs of these hosts alone. */
export const nameConstraints = (...hosts: readonly string[]): Buffer =>
  extension('2.5.29.30', seq(explicit(0, ...hosts.map((host) => seq(uri(host))))), true);

export const CA_EXTENSIONS: readonly Buffer[] = [basicConstraints(), keyUsage(5, 6)];
export const leafExtensions = (name: string, usage: 'self' | 'issuer' = 'self'): readonly Buffer[] => [
  keyUsage(0),
  extendedKeyUsage(usage === 'self' ? CONTRACT.selfExtendedKeyUsage : CONTRACT.issuerExtendedKeyUsage),
  subjectNames(uri(name)),
];

interface Scheme {
  readonly hash: 'sha256' | 'sha384' | null;
  readonly identifier: Buffer;
}

const SCHEMES: Readonly<Record<string, Scheme>> = {
  ES256: { hash: 'sha256', identifier: seq(oid('1.2.840.10045.4.3.2')) },
  ES384: { hash: 'sha384', identifier: seq(oid('1.2.840.10045.4.3.3')) },
  Ed25519: { hash: null, identifier: seq(oid('1.3.101.112')) },
  PS256: { hash: 'sha256', identifier: seq(oid('1.2.840.113549.1.1.11'), NULL) },
};

/** The scheme a key certifies with: RSA keys with PKCS #1, which every implementation reads. */
export const schemeOf = ({ alg }: Pick<PairKey, 'alg'>): Scheme => SCHEMES[alg] as Scheme;

/** What to certify. */
export interface Plan {
  readonly subject: string;
  readonly key: PairKey;
  readonly extensions: readonly Bytes[];
  readonly serial?: number;
  readonly notBefore?: number;
  readonly notAfter?: number;
  /** Whether it says which key of its issuer signed it. Where several have one name, nobody can tell otherwise. */
  readonly namesIssuer?: boolean;
}

/** A certificate with its key. */
export interface Certified {
  readonly der: Buffer;
  readonly text: string;
  readonly pem: string;
  readonly signed: Buffer;
  readonly subject: string;
  readonly key: PairKey;
  readonly issuerKey: PairKey;
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Standard base64, as `x5c` has it. */
export const textOf = (der: Uint8Array): string => Buffer.from(der).toString('base64');

export function pemOf(der: Uint8Array): string {
  const lines = textOf(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** Signs what a certificate says, whatever it is. */
export function sealed(signed: Uint8Array, key: PairKey): Buffer {
  const { hash, identifier } = schemeOf(key);
  return seq(signed, identifier, bits(sign(hash, signed, key.privateKey)));
}

/** Who certifies: a name and a key. */
export type Issuer = Pick<Certified, 'subject' | 'key'>;

/** How a key is named in certificates (RFC 7093 section 2). */
const identifierOf = ({ spki }: PairKey): Buffer =>
  createHash('sha256').update(spki).digest().subarray(0, 20);

function keyIdentifiers({ key, namesIssuer = true }: Plan, issuer: Issuer): readonly Buffer[] {
  const own = extension('2.5.29.14', octets(identifierOf(key)));
  return namesIssuer ? [own, extension('2.5.29.35', seq(implicit(0, identifierOf(issuer.key))))] : [own];
}

/** What a certificate says, not signed yet. */
export function signedPart(plan: Plan, issuer: Issuer): Buffer {
  const { subject, key, serial = 0x17, notBefore = NOW - DAY, notAfter = NOW + DAY } = plan;
  const extensions = [...plan.extensions, ...keyIdentifiers(plan, issuer)];
  return seq(
    explicit(0, integer(2)),
    integer(0x5a, serial),
    schemeOf(issuer.key).identifier,
    nameOf(issuer.subject),
    seq(time(notBefore), time(notAfter)),
    nameOf(subject),
    key.spki,
    explicit(3, seq(...extensions)),
  );
}

/** Makes a certificate. Without an issuer it signs itself. */
export function certify(plan: Plan, issuer?: Issuer): Certified {
  const { subject, key, notBefore = NOW - DAY, notAfter = NOW + DAY } = plan;
  const by = issuer ?? { subject, key };
  const signed = signedPart(plan, by);
  const der = sealed(signed, by.key);
  return {
    der,
    text: textOf(der),
    pem: pemOf(der),
    signed,
    subject,
    key,
    issuerKey: by.key,
    notBefore,
    notAfter,
  };
}

const number = (value: bigint, half: number): Buffer => {
  const bytes = bytesOfNumber(value, half);
  let at = 0;
  while (at < bytes.length - 1 && bytes[at] === 0) at++;
  const short = bytes.subarray(at);
  return integer(...((short[0] as number) >= 0x80 ? [0, ...short] : short));
};

/** The same certificate with the other signature that ECDSA has for it: other bytes, and as valid. */
export function twinCertificate(der: Buffer): Buffer | undefined {
  const parts = partsOf(der);
  const numbers = parts && numbersOf(parts[2]);
  if (parts === undefined || numbers === undefined) return undefined;
  const half = Math.max(...numbers.map(({ length }) => length)) > 32 ? 48 : 32;
  const [r, s] = numbers.map(numberOf) as [bigint, bigint];
  return seq(parts[0], parts[1], bits(seq(number(r, half), number(orderOf(half) - s, half))));
}

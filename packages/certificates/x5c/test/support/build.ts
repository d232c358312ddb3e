import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { CONTRACT } from '@workload-identity/contract';
import {
  type Bytes,
  bits,
  explicit,
  hex,
  implicit,
  integer,
  octets,
  oid,
  seq,
  set,
  TRUE,
  time,
  utf8,
} from './der.ts';

/** 2026-01-01T00:00:00Z: when all that is built here is valid, unless it says otherwise. */
export const NOW = 1_767_225_600;
export const DAY = 86_400;
export const LEAF_URI = 'spiffe://prod.example.com/orders';

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export const ec = (namedCurve = 'P-256'): KeyPair => generateKeyPairSync('ec', { namedCurve });

export const ECDSA_SHA256 = hex('300a06082a8648ce3d040302');

/** A name of one common name, or of none. */
export const name = (commonName?: string): Buffer =>
  commonName === undefined ? seq() : seq(set(seq(oid('2.5.4.3'), utf8(commonName))));

export const extension = (id: string, value: Bytes, critical = false): Buffer =>
  seq(oid(id), ...(critical ? [TRUE] : []), octets(value));

export const basicConstraints = (pathLength?: number, critical = true): Buffer =>
  extension('2.5.29.19', seq(TRUE, ...(pathLength === undefined ? [] : [integer(pathLength)])), critical);
/** `bit` counts as in RFC 5280: 0 is digitalSignature, 5 keyCertSign, 6 cRLSign. */
export function keyUsage(usages: readonly number[], critical = true): Buffer {
  const mask = usages.reduce((all, bit) => all | (0x80 >> bit), 0);
  return extension(
    '2.5.29.15',
    bits(Uint8Array.of(mask), mask === 0 ? 0 : 7 - Math.max(...usages)),
    critical,
  );
}
export const extendedKeyUsage = (...ids: readonly string[]): Buffer =>
  extension('2.5.29.37', seq(...ids.map(oid)));
export const uri = (text: string): Buffer => implicit(6, Buffer.from(text));
export const dns = (text: string): Buffer => implicit(2, Buffer.from(text));
export const names = (list: readonly Bytes[], critical = true): Buffer =>
  extension('2.5.29.17', seq(...list), critical);

export function nameConstraints(
  subtrees: { readonly permitted?: readonly Bytes[]; readonly excluded?: readonly Bytes[] },
  critical = true,
): Buffer {
  const list = (number: number, bases?: readonly Bytes[]): Bytes[] =>
    bases === undefined ? [] : [explicit(number, ...bases.map((base) => seq(base)))];
  return extension('2.5.29.30', seq(...list(0, subtrees.permitted), ...list(1, subtrees.excluded)), critical);
}

export const CA_EXTENSIONS: readonly Bytes[] = [basicConstraints(), keyUsage([5, 6])];

/** The three extensions of a good leaf. */
export const LEAF = {
  usage: keyUsage([0]),
  purpose: extendedKeyUsage(CONTRACT.selfExtendedKeyUsage),
  names: names([uri(LEAF_URI)]),
};
export const LEAF_EXTENSIONS: readonly Buffer[] = [LEAF.usage, LEAF.purpose, LEAF.names];

/** The parts of a certificate; each may be replaced by other bytes. */
export interface Parts {
  readonly subject: Bytes;
  readonly extensions?: readonly Bytes[];
  readonly keys?: KeyPair;
  readonly notBefore?: Bytes;
  readonly notAfter?: Bytes;
  readonly version?: Bytes;
  readonly serial?: Bytes;
  readonly issuer?: Bytes;
  readonly publicKeyInfo?: Bytes;
  /** AlgorithmIdentifier inside and outside what is signed. */
  readonly algorithm?: Bytes;
  readonly outerAlgorithm?: Bytes;
  /** Stands in for the whole field of extensions, or leaves it out. */
  readonly extensionsField?: Bytes | null;
  readonly signWith?: (signed: Bytes, key: KeyObject) => Bytes;
}

/** RFC 7638, written out once more: it shares nothing with the code under test. */
export function thumbprintOf(key: KeyObject): string {
  const { crv, kty, x, y, e, n } = key.export({ format: 'jwk' });
  const members = kty === 'RSA' ? { e, kty, n } : kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}

/** A certificate that was built, with the key it certifies. */
export interface Built {
  readonly der: Buffer;
  readonly text: string;
  readonly pem: string;
  readonly keys: KeyPair;
  /** The thumbprint of its key. */
  readonly keyId: string;
  readonly subject: Bytes;
}

/** Who certifies: a name and a key. */
export type Issuer = Pick<Built, 'keys' | 'subject'>;

const ecdsa = (signed: Bytes, key: KeyObject): Bytes => sign('sha256', signed, key);

export function pemOf(der: Bytes): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .match(/.{1,64}/g) as string[];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** Signs what it is given, so that only the rule under test can refuse it. Without an issuer it signs itself. */
export function build(parts: Parts, issuer?: Issuer): Built {
  const keys = parts.keys ?? ec();
  const algorithm = parts.algorithm ?? ECDSA_SHA256;
  const field =
    parts.extensionsField === undefined
      ? explicit(3, seq(...(parts.extensions ?? [])))
      : parts.extensionsField;
  const signed = seq(
    parts.version ?? explicit(0, integer(2)),
    parts.serial ?? integer(0x5a, 0x17),
    algorithm,
    parts.issuer ?? issuer?.subject ?? parts.subject,
    seq(parts.notBefore ?? time(NOW - DAY), parts.notAfter ?? time(NOW + DAY)),
    parts.subject,
    parts.publicKeyInfo ?? keys.publicKey.export({ format: 'der', type: 'spki' }),
    ...(field === null ? [] : [field]),
  );
  const signature = (parts.signWith ?? ecdsa)(signed, (issuer?.keys ?? keys).privateKey);
  const der = seq(signed, parts.outerAlgorithm ?? algorithm, bits(signature));
  return {
    der,
    text: der.toString('base64'),
    pem: pemOf(der),
    keys,
    keyId: thumbprintOf(keys.publicKey),
    subject: parts.subject,
  };
}

export const root = (parts: Partial<Parts> = {}): Built =>
  build({ subject: name('Root'), extensions: CA_EXTENSIONS, ...parts });
export const intermediate = (issuer: Issuer, parts: Partial<Parts> = {}): Built =>
  build({ subject: name('Intermediate'), extensions: CA_EXTENSIONS, ...parts }, issuer);
export const leaf = (issuer: Issuer, parts: Partial<Parts> = {}): Built =>
  build({ subject: name(), extensions: LEAF_EXTENSIONS, ...parts }, issuer);

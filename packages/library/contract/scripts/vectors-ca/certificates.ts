import { constants, createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import {
  type Built,
  basicConstraints,
  build,
  ECDSA_SHA256,
  extendedKeyUsage,
  extension,
  keyUsage,
  name,
  names,
  type Parts,
  uri,
} from '../../../../certificates/x5c/test/support/build.ts';
import {
  type Bytes,
  hex,
  implicit,
  integer,
  octets,
  seq,
  time,
} from '../../../../certificates/x5c/test/support/der.ts';
import { sOf, twinOf } from '../../../../certificates/x5c/test/support/twin.ts';
import { CONTRACT } from '../../src/index.ts';
import { NOW, ORDERS } from '../vectors/setup.ts';
import type { CaVectorKey } from './keys.ts';

export const DAY = 86_400;
export const SELF = CONTRACT.selfExtendedKeyUsage;
export const ISSUER = CONTRACT.issuerExtendedKeyUsage;

/** How a certificate is signed: AlgorithmIdentifier, hash, and what `node:crypto` is told beyond the key. */
export interface Scheme {
  readonly identifier: Bytes;
  readonly hash: string | null;
  readonly options?: object;
}

const PSS_SHA256 =
  '304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120';

export const SCHEMES = {
  ES256: { identifier: ECDSA_SHA256, hash: 'sha256' },
  ES384: { identifier: hex('300a06082a8648ce3d040303'), hash: 'sha384' },
  Ed25519: { identifier: hex('300506032b6570'), hash: null },
  PS256: {
    identifier: hex(PSS_SHA256),
    hash: 'sha256',
    options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
  },
  PKCS1: { identifier: hex('300d06092a864886f70d01010b0500'), hash: 'sha256' },
  SHA1: { identifier: hex('300906072a8648ce3d0401'), hash: 'sha1' },
} as const satisfies Record<string, Scheme>;

const known = new Map<string, Buffer[]>();

function sizeOf(der: Buffer, start: number): number {
  const first = der[start + 1] ?? 0;
  const bytes = first < 0x80 ? 0 : first - 0x80;
  return 2 + bytes + (bytes === 0 ? first : der.readUIntBE(start + 2, bytes));
}

/** Remembers the signatures of certificates: an earlier one is kept as long as it still verifies. */
export function rememberCertificates(list: readonly string[]): void {
  for (const text of list) {
    const der = Buffer.from(text, 'base64');
    const start = 4;
    if (der.readUInt16BE(0) !== 0x3082) continue;
    const algorithm = start + sizeOf(der, start);
    const bits = algorithm + sizeOf(der, algorithm);
    const signature = der.subarray(
      bits + (der[bits + 1] === 0x82 ? 5 : (der[bits + 1] ?? 0) > 0x80 ? 4 : 3),
      bits + sizeOf(der, bits),
    );
    const signed = der.subarray(start, algorithm).toString('base64');
    known.set(signed, [...(known.get(signed) ?? []), Buffer.from(signature)]);
  }
}

function signer({ hash, options }: Scheme): (signed: Bytes, key: KeyObject) => Bytes {
  return (signed, key) => {
    const publicKey = { key: createPublicKey(key), ...options };
    const before = known.get(Buffer.from(signed).toString('base64'));
    const kept = before?.find((signature) => verify(hash, signed, publicKey, signature));
    return kept ?? sign(hash, signed, { key, ...options });
  };
}

/**
 * The two certificates of one ECDSA signature. Which of them an earlier run wrote first does not matter: the original has
 * the smaller `s`.
 */
export function twins(
  certificate: Certificate,
  issuer: CaVectorKey,
): { original: Certificate; twin: Certificate } {
  const curve = issuer.alg === 'ES384' ? 'P-384' : 'P-256';
  const other = twinOf(certificate, curve);
  const isSmall = sOf(certificate) < sOf(other);
  return { original: isSmall ? certificate : other, twin: isSmall ? other : certificate };
}

/** A certificate of a vector, with the key it certifies. */
export interface Certificate extends Omit<Built, 'keys'> {
  readonly keys: CaVectorKey;
}

/** What differs from the ordinary; times are seconds since 1970. */
export interface Changes extends Omit<Partial<Parts>, 'keys' | 'notBefore' | 'notAfter' | 'subject'> {
  readonly subject?: string;
  readonly from?: number;
  readonly until?: number;
  readonly scheme?: Scheme;
  /** Stand in for the ordinary extensions, but for the key identifiers. */
  readonly extensions?: readonly Bytes[];
  /** Come after them. */
  readonly more?: readonly Bytes[];
}

const identifierOf = ({ publicKey }: CaVectorKey): Bytes =>
  createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest()
    .subarray(0, 20);

export const authorityKeyIdentifier = (key: CaVectorKey): Bytes =>
  extension('2.5.29.35', seq(implicit(0, identifierOf(key))));
const subjectKeyIdentifier = (key: CaVectorKey): Bytes => extension('2.5.29.14', octets(identifierOf(key)));

function certify(
  id: string,
  keys: CaVectorKey,
  changes: Changes,
  extensions: readonly Bytes[],
  issuer?: Certificate,
): Certificate {
  const { subject, from = NOW - 600, until = NOW + 3_600, scheme: wanted, more = [], ...rest } = changes;
  const scheme = wanted ?? SCHEMES[(issuer?.keys ?? keys).alg as 'ES256'];
  const serial = createHash('sha256')
    .update(`${id} ${issuer === undefined}`)
    .digest()
    .subarray(0, 16);
  const built = build(
    {
      serial: integer(1, ...serial),
      algorithm: scheme.identifier,
      signWith: signer(scheme),
      ...rest,
      keys,
      subject: name(subject),
      notBefore: time(from),
      notAfter: time(until),
      extensions: [...(changes.extensions ?? extensions), ...more],
    },
    issuer,
  );
  return { ...built, keys };
}

/** The extensions of an issuer. */
export const caExtensions = (pathLength?: number): readonly Bytes[] => [
  basicConstraints(pathLength),
  keyUsage([5]),
];

/** The extensions of a leaf. */
export const leafExtensions = (identity: string = ORDERS, usage: string = SELF): readonly Bytes[] => [
  keyUsage([0]),
  extendedKeyUsage(usage),
  names([uri(identity)]),
];

const LONG = { from: NOW - 365 * DAY, until: NOW + 9 * 365 * DAY };

export function makeRoot(subject: string, keys: CaVectorKey, changes: Changes = {}): Certificate {
  return certify(
    subject,
    keys,
    { ...LONG, subject, more: [subjectKeyIdentifier(keys)], ...changes },
    caExtensions(),
  );
}

export function makeIssuer(
  above: Certificate,
  subject: string,
  keys: CaVectorKey,
  changes: Changes = {},
): Certificate {
  const { more = [], ...rest } = changes;
  const identifiers = [subjectKeyIdentifier(keys), authorityKeyIdentifier(above.keys)];
  const parts = {
    from: NOW - 30 * DAY,
    until: NOW + 365 * DAY,
    subject,
    ...rest,
    more: [...identifiers, ...more],
  };
  return certify(subject, keys, parts, caExtensions(0), above);
}

export function makeLeaf(
  id: string,
  above: Certificate,
  keys: CaVectorKey,
  changes: Changes = {},
): Certificate {
  const { more = [authorityKeyIdentifier(above.keys)], ...rest } = changes;
  return certify(id, keys, { ...rest, more }, leafExtensions(), above);
}

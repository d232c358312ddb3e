import { constants, type KeyObject, verify } from 'node:crypto';
import { strictBase64 } from './base64url.ts';
import type { Holds } from './signature.ts';

/** A certificate that was issued, as the book of all of them has it. */
export interface Issued {
  readonly name: string;
  readonly algorithm: string;
  readonly issuerKey: KeyObject;
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
  readonly pss: boolean;
}

/** One path that was issued on purpose, leaf first, and what becomes of it. */
export interface IssuedPath {
  readonly certificates: readonly string[];
  /** Undefined where it is good; otherwise why it is not. */
  readonly flaw: string | undefined;
  readonly alg: string;
  readonly keyId: string;
  /** The identifiers of every other key of the path: issuers and anchor. */
  readonly keysAbove: readonly string[];
  readonly holds: Holds;
  readonly uri: string;
  readonly usage: 'self' | 'issuer';
  readonly notBefore: number;
  readonly notAfter: number;
  /** The anchor, as {@link contentsOf} has it. */
  readonly anchor: string;
  permits(subject: string): boolean;
}

/** All that the fuzzer's own CAs have issued: nothing else can be valid. */
export interface ChainBook {
  /** By what the signature covers, in latin1: found again byte for byte, whatever the signature is. */
  readonly issued: ReadonlyMap<string, Issued>;
  readonly paths: ReadonlyMap<string, IssuedPath>;
}

/** Cuts a DER value in its shortest form off the front. Undefined where it is not one. */
export function cut(
  bytes: Buffer,
  from: number,
): { readonly end: number; readonly contents: number } | undefined {
  const first = bytes[from + 1];
  if (first === undefined) return undefined;
  if (first < 0x80) return { end: from + 2 + first, contents: from + 2 };
  const count = first & 0x7f;
  if (count < 1 || count > 3) return undefined;
  let length = 0;
  for (let at = 0; at < count; at++) length = length * 256 + (bytes[from + 2 + at] ?? Number.NaN);
  const shortest = count === 1 ? length >= 0x80 : length >= 256 ** (count - 1);
  return shortest ? { end: from + 2 + count + length, contents: from + 2 + count } : undefined;
}

/** The three parts of a certificate: what is signed, the algorithm, the signature. Undefined where it is not DER. */
export function partsOf(der: Buffer): readonly [Buffer, Buffer, Buffer] | undefined {
  const outer = cut(der, 0);
  if (der[0] !== 0x30 || outer === undefined || outer.end !== der.length) return undefined;
  const parts: Buffer[] = [];
  let at = outer.contents;
  for (const tag of [0x30, 0x30, 0x03]) {
    const part = cut(der, at);
    if (der[at] !== tag || part === undefined || part.end > der.length) return undefined;
    parts.push(der.subarray(at, part.end));
    at = part.end;
  }
  const [signed, algorithm, bits] = parts as [Buffer, Buffer, Buffer];
  const start = (cut(bits, 0) as { contents: number }).contents;
  if (at !== der.length || bits[start] !== 0) return undefined;
  return [signed, algorithm, bits.subarray(start + 1)];
}

/** What a certificate says and how it is signed, without the signature, which may have a twin. Empty where it is not DER. */
export function contentsOf(der: Buffer): string {
  const [signed, algorithm] = partsOf(der) ?? [];
  return signed === undefined || algorithm === undefined
    ? ''
    : Buffer.concat([signed, algorithm]).toString('latin1');
}

/** The two numbers of an ECDSA signature in DER, in their shortest form and above zero. Undefined for anything else. */
export function numbersOf(signature: Buffer): readonly [Buffer, Buffer] | undefined {
  const outer = cut(signature, 0);
  if (signature[0] !== 0x30 || outer === undefined || outer.end !== signature.length) return undefined;
  const numbers: Buffer[] = [];
  let at = outer.contents;
  for (let index = 0; index < 2; index++) {
    const number = cut(signature, at);
    if (signature[at] !== 0x02 || number === undefined || number.end > signature.length) return undefined;
    const bytes = signature.subarray(number.contents, number.end);
    const [first = 0xff, second = 0] = bytes;
    if (first >= 0x80 || (first === 0 && (bytes.length === 1 || second < 0x80))) return undefined;
    numbers.push(bytes[0] === 0 ? bytes.subarray(1) : bytes);
    at = number.end;
  }
  return at === signature.length ? (numbers as [Buffer, Buffer]) : undefined;
}

function isSigned({ issuerKey, hash, pss }: Issued, signed: Buffer, signature: Buffer): boolean {
  if (issuerKey.asymmetricKeyType === 'ec') {
    const half = issuerKey.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? 32 : 48;
    const numbers = numbersOf(signature);
    if (numbers === undefined || numbers.some((number) => number.length > half)) return false;
    const raw = Buffer.concat(
      numbers.map((number) => Buffer.concat([Buffer.alloc(half - number.length), number])),
    );
    return verify(hash, signed, { key: issuerKey, dsaEncoding: 'ieee-p1363' }, raw);
  }
  const padding = pss
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {};
  return verify(hash, signed, { key: issuerKey, ...padding }, signature);
}

/** The path that an `x5c` is, if each of its certificates was issued and each signature holds. */
export function findPath(
  x5c: readonly string[],
  { issued, paths }: ChainBook,
  isAnchor: (der: Buffer) => boolean,
): IssuedPath | undefined {
  const ders = x5c.map(strictBase64);
  if (ders.some((der) => der === undefined || der.length > 8_192)) return undefined;
  const chain = ders as Buffer[];
  if (chain.length > 1 && isAnchor(chain.at(-1) as Buffer)) chain.pop();
  const names: string[] = [];
  for (const der of chain) {
    const parts = partsOf(der);
    const found = parts && issued.get(parts[0].toString('latin1'));
    if (parts === undefined || found === undefined) return undefined;
    if (parts[1].toString('latin1') !== found.algorithm || !isSigned(found, parts[0], parts[2]))
      return undefined;
    names.push(found.name);
  }
  return paths.get(names.join(' '));
}

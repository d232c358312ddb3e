import { createPublicKey, type KeyObject, type PublicKeyInput } from 'node:crypto';
import type { PublicJwk } from '@workload-identity/contract';
import { bare } from '../bare.ts';
import { open } from '../der/reader.ts';
import { TAG } from '../der/tags.ts';
import { readBytes, readUnsigned } from '../der/values.ts';
import { Flaw } from '../flaw.ts';

/** The algorithm a certified key signs tokens with: one key, one algorithm. */
export type KeyAlgorithm = 'ES256' | 'ES384' | 'Ed25519' | 'PS256';

/** The public key of a certificate. */
export interface CertifiedKey {
  readonly algorithm: KeyAlgorithm;
  readonly jwk: PublicJwk;
}

const UNCOMPRESSED = 0x04;
const EXPONENT = Uint8Array.of(1, 0, 1);

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** A curve: its name, and the prime of its field, which no coordinate reaches. Big-endian. */
interface Curve {
  readonly crv: string;
  readonly prime: Uint8Array;
}

const P256: Curve = {
  crv: 'P-256',
  prime: Buffer.from('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff', 'hex'),
};
const P384: Curve = {
  crv: 'P-384',
  prime: Buffer.from(`${'ff'.repeat(31)}feffffffff0000000000000000ffffffff`, 'hex'),
};

// One key has one encoding, or it would have two thumbprints, and a denial of one of them would not deny it.
function readPoint(point: Uint8Array, { crv, prime }: Curve): PublicJwk {
  const size = prime.length;
  if (point[0] !== UNCOMPRESSED || point.length !== 1 + 2 * size) {
    throw new Flaw('its key is not an uncompressed point of its curve');
  }
  const x = point.subarray(1, 1 + size);
  const y = point.subarray(1 + size);
  if (Buffer.compare(x, prime) >= 0 || Buffer.compare(y, prime) >= 0) {
    throw new Flaw('its key has a coordinate out of range');
  }
  return bare({ kty: 'EC', crv, x: base64url(x), y: base64url(y) });
}

// Where a point of small order is in the key, anyone can sign; not every version of OpenSSL refuses them. In hexadecimal,
// without the bit for the sign.
const SMALL_ORDER: ReadonlySet<string> = new Set([
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `ec${'ff'.repeat(30)}7f`,
]);

const ED25519_PRIME = Buffer.from(`7f${'ff'.repeat(30)}ed`, 'hex');

function readEd25519(bytes: Uint8Array): PublicJwk {
  if (bytes.length !== 32) throw new Flaw('its key is not 32 bytes long');
  const point = Buffer.from(bytes);
  point[31] = (point[31] as number) & 0x7f;
  if (Buffer.compare(point.toReversed(), ED25519_PRIME) >= 0) {
    throw new Flaw('its key has a coordinate out of range');
  }
  if (SMALL_ORDER.has(point.toString('hex'))) throw new Flaw('its key is one that anyone can sign under');
  return bare({ kty: 'OKP', crv: 'Ed25519', x: base64url(bytes) });
}

function readRsa(bytes: Uint8Array): PublicJwk {
  const reader = open(bytes, TAG.sequence);
  const modulus = readUnsigned(reader.read(TAG.integer).contents);
  const exponent = readUnsigned(reader.read(TAG.integer).contents);
  reader.finish();
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  if (bits < 2048 || bits > 8192) throw new Flaw('its RSA key does not have 2048 to 8192 bits');
  if (Buffer.compare(exponent, EXPONENT) !== 0)
    throw new Flaw('its RSA key has an exponent other than 65537');
  return bare({ kty: 'RSA', n: base64url(modulus), e: base64url(exponent) });
}

interface Kind {
  readonly algorithm: KeyAlgorithm;
  readonly read: (bytes: Uint8Array) => PublicJwk;
}

// AlgorithmIdentifier as it must stand, parameters and all (RFC 5480 section 2.1.1, RFC 8410 section 3, RFC 3279 section 2.3.1).
const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  [
    '301306072a8648ce3d020106082a8648ce3d030107',
    { algorithm: 'ES256', read: (bytes) => readPoint(bytes, P256) },
  ],
  ['301006072a8648ce3d020106052b81040022', { algorithm: 'ES384', read: (bytes) => readPoint(bytes, P384) }],
  ['300506032b6570', { algorithm: 'Ed25519', read: readEd25519 }],
  ['300d06092a864886f70d0101010500', { algorithm: 'PS256', read: readRsa }],
]);

/** Reads `subjectPublicKeyInfo`: P-256, P-384, Ed25519, or RSA of 2048 bits and more. @throws Flaw */
export function readPublicKey(publicKeyInfo: Uint8Array): CertifiedKey {
  const reader = open(publicKeyInfo, TAG.sequence);
  const kind = KINDS.get(Buffer.from(reader.read(TAG.sequence).bytes).toString('hex'));
  const bytes = readBytes(reader.read(TAG.bitString).contents);
  reader.finish();
  if (kind === undefined) throw new Flaw('its key is not on P-256, P-384 or Ed25519, and not RSA');
  return { algorithm: kind.algorithm, jwk: kind.read(bytes) };
}

// Everything `verify` looks for on the key it is given: as members of the key itself, so that no prototype adds one.
const VERIFY_OPTIONS = ['padding', 'saltLength', 'dsaEncoding', 'context'];

/** The key as `node:crypto` verifies with it. @throws Flaw for a point that is not on its curve */
export function importKey(publicKeyInfo: Uint8Array): KeyObject {
  try {
    const spki: PublicKeyInput = { key: Buffer.from(publicKeyInfo), format: 'der', type: 'spki' };
    const key = createPublicKey(bare(spki));
    for (const name of VERIFY_OPTIONS) Object.defineProperty(key, name, bare({ value: undefined }));
    return key;
  } catch {
    throw new Flaw('its key is not a point on its curve');
  }
}

import { constants, createPublicKey, type KeyObject, type SigningOptions, sign, verify } from 'node:crypto';
import { WorkloadIdentityError } from '@workload-identity/contract';
import type { CaAlgorithm, CaPublicKey } from '../ca-key.ts';
import { bare } from '../options.ts';

/** How certificates are signed with one kind of key. One kind of key, one algorithm. */
export interface CaAlgorithmEntry {
  /** Tells whether a key, private or public, is of this kind. */
  readonly fits: (key: KeyObject) => boolean;
  readonly hash: 'sha256' | 'sha384' | null;
  readonly scheme: SigningOptions;
  /** `signatureAlgorithm`: the DER of the AlgorithmIdentifier, parameters and all, in hex. */
  readonly identifier: string;
  /** Whether a leaf may have such a key. RSA stays out: its certificates make tokens twice as long. */
  readonly leaf: boolean;
}

const curve = (name: string) => (key: KeyObject) =>
  key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === name;

const isRsa = (key: KeyObject): boolean => {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return key.asymmetricKeyType === 'rsa' && bits >= 2048 && bits <= 8192;
};

// RFC 5758 section 3.2, RFC 4055 section 3.1, RFC 8410 section 3.
export const CA_ALGORITHMS: Readonly<Record<CaAlgorithm, CaAlgorithmEntry>> = Object.freeze({
  ECDSA_P256_SHA256: {
    fits: curve('prime256v1'),
    hash: 'sha256',
    scheme: {},
    identifier: '300a06082a8648ce3d040302',
    leaf: true,
  },
  ECDSA_P384_SHA384: {
    fits: curve('secp384r1'),
    hash: 'sha384',
    scheme: {},
    identifier: '300a06082a8648ce3d040303',
    leaf: true,
  },
  RSA_PSS_SHA256: {
    fits: isRsa,
    hash: 'sha256',
    scheme: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
    identifier:
      '304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120',
    leaf: false,
  },
  Ed25519: {
    fits: (key) => key.asymmetricKeyType === 'ed25519',
    hash: null,
    scheme: {},
    identifier: '300506032b6570',
    leaf: true,
  },
});

const KINDS = 'a key on P-256, P-384 or Ed25519, or an RSA key of 2048 to 8192 bits';

/** The one algorithm a key signs certificates by. @throws WorkloadIdentityError `key_invalid` */
export function algorithmFor(key: KeyObject, name: string): CaAlgorithm {
  for (const [algorithm, entry] of Object.entries(CA_ALGORITHMS)) {
    if (entry.fits(key)) return algorithm as CaAlgorithm;
  }
  throw new WorkloadIdentityError('key_invalid', { detail: `${name} is not ${KINDS}` });
}

// What `node:crypto` is given has no prototype: it looks for options that nobody here wrote.
const SPKI = Object.freeze(bare({ format: 'der', type: 'spki' } as const));

/** The public half of a key in its one encoding. */
export function spkiOf(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export(SPKI));
}

function fromSpki(spki: Uint8Array): KeyObject {
  return createPublicKey(bare({ ...SPKI, key: Buffer.from(spki) }));
}

/**
 * Reads a SubjectPublicKeyInfo. Only the one encoding a key has in certificates is accepted: no compressed point, no
 * spelled-out curve, no bytes behind it.
 * @throws WorkloadIdentityError `key_invalid`
 */
export function readPublicKey(spki: Uint8Array, name: string): CaPublicKey {
  let key: KeyObject;
  try {
    key = fromSpki(spki);
  } catch {
    throw new WorkloadIdentityError('key_invalid', { detail: `${name} is not ${KINDS}` });
  }
  const algorithm = algorithmFor(key, name);
  const own = spkiOf(key);
  if (Buffer.compare(own, spki) !== 0) {
    throw new WorkloadIdentityError('key_invalid', { detail: `${name} is not encoded as certificates do` });
  }
  return Object.freeze({ spki: own, algorithm });
}

/** Signs bytes, off the main thread. */
export function signBytes(key: KeyObject, algorithm: CaAlgorithm, data: Uint8Array): Promise<Uint8Array> {
  const { hash, scheme } = CA_ALGORITHMS[algorithm];
  return new Promise((resolve, reject) => {
    sign(hash, data, bare({ ...scheme, key }), (error, signature) => {
      if (error === null) resolve(new Uint8Array(signature));
      else reject(error);
    });
  });
}

/** Tells whether a signature over bytes is by a public key. */
export function isSignedBy(
  { spki, algorithm }: CaPublicKey,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { hash, scheme } = CA_ALGORITHMS[algorithm];
  return verify(hash, data, bare({ ...scheme, key: fromSpki(spki) }), signature);
}

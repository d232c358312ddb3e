/** What a signature algorithm asks of its key. */
export interface AlgorithmEntry {
  readonly keyKind: 'symmetric' | 'asymmetric';
  /** JWK key type (RFC 7518 section 6.1). */
  readonly kty: 'oct' | 'EC' | 'OKP' | 'RSA';
  /** JWK curve, for EC and OKP. */
  readonly crv?: 'P-256' | 'P-384' | 'Ed25519';
  /** Hash as `node:crypto` names it; absent where the scheme brings its own. */
  readonly hash?: 'sha256' | 'sha384' | 'sha512';
  /** Length of a signature; for RSA it is the length of the modulus. */
  readonly signatureBytes?: number;
  /** Least secret length for HMAC (RFC 7518 section 3.2). */
  readonly minSecretBytes?: number;
  /** Whether a minter may use it. */
  readonly mint: boolean;
  /** Whether a verifier takes it without being told to. */
  readonly verifyByDefault: boolean;
}

function entry(fields: AlgorithmEntry): Readonly<AlgorithmEntry> {
  return Object.freeze(fields);
}

const everywhere = { mint: true, verifyByDefault: true } as const;
const oct = { keyKind: 'symmetric', kty: 'oct', ...everywhere } as const;
const ec = { keyKind: 'asymmetric', kty: 'EC', ...everywhere } as const;

/** The signature algorithms of contract version 1 (RFC 7518 section 3.1, RFC 9864 for Ed25519). ES256 is the default. */
export const ALGORITHMS = Object.freeze({
  HS256: entry({ ...oct, hash: 'sha256', signatureBytes: 32, minSecretBytes: 32 }),
  HS384: entry({ ...oct, hash: 'sha384', signatureBytes: 48, minSecretBytes: 48 }),
  HS512: entry({ ...oct, hash: 'sha512', signatureBytes: 64, minSecretBytes: 64 }),
  ES256: entry({ ...ec, crv: 'P-256', hash: 'sha256', signatureBytes: 64 }),
  ES384: entry({ ...ec, crv: 'P-384', hash: 'sha384', signatureBytes: 96 }),
  Ed25519: entry({ keyKind: 'asymmetric', kty: 'OKP', crv: 'Ed25519', signatureBytes: 64, ...everywhere }),
  PS256: entry({ keyKind: 'asymmetric', kty: 'RSA', hash: 'sha256', ...everywhere }),
  RS256: entry({ keyKind: 'asymmetric', kty: 'RSA', hash: 'sha256', mint: false, verifyByDefault: false }),
});

/** A signature algorithm of the contract. */
export type Algorithm = keyof typeof ALGORITHMS;

const BY_HEADER = new Map<string, Algorithm>([
  ...(Object.keys(ALGORITHMS) as Algorithm[]).map((name) => [name, name] as const),
  ['EdDSA', 'Ed25519'],
]);

/** The algorithm a header's `alg` names, case-sensitive; `EdDSA` reads as `Ed25519` (RFC 9864). */
export function algorithmOf(alg: string): Algorithm | undefined {
  return BY_HEADER.get(alg);
}

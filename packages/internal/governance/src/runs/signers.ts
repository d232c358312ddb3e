import { randomBytes } from 'node:crypto';
import type { Authority } from '@workload-identity/contract';
import type { AsymmetricAlgorithm, HmacAlgorithm, HmacKey, SignerSource } from '@workload-identity/core';
import { BILLING, clock, MINTER, ORDERS, STS, TRUST_DOMAIN } from './names.ts';
import type { Side } from './side.ts';

/** A signer of one side, and what a verifier of the other side is told about it: plain JSON. */
export interface OpenSigner {
  readonly signers: SignerSource;
  readonly issuer: string;
  readonly authority: Authority;
  /** Texts of the secrets the authority refers to. */
  readonly secrets: Readonly<Record<string, string>>;
  close?(): void;
}

/** One way to sign. */
export interface SignerCase {
  readonly name: string;
  /** Signs for exactly one audience. */
  readonly oneAudience?: true;
  open(side: Side): Promise<OpenSigner>;
}

export const SUBJECTS = [`spiffe://${TRUST_DOMAIN}/*`];

const SECRET = 'SECRET';
const SECRET_BYTES = { HS256: 32, HS384: 48, HS512: 64 } as const;

type Keys = Extract<Authority, { readonly rung: 'hmac' }>['keys'];

const hmacAuthority = (issuer: string, key: Omit<Keys[number], 'secret'>): Authority => ({
  rung: 'hmac',
  issuer,
  subjects: SUBJECTS,
  keys: [{ secret: { env: SECRET }, ...key }],
});

async function makeSecret(
  { core }: Side,
  alg: HmacAlgorithm,
): Promise<readonly [text: string, key: HmacKey]> {
  const text = randomBytes(SECRET_BYTES[alg]).toString('base64');
  return [text, await core.HmacKey.parse(text, alg)];
}

function shared(alg: HmacAlgorithm, issuer: string): SignerCase {
  return {
    name: `hmac, ${alg}, ${issuer === 'self' ? 'shared secret' : 'one minter'}`,
    async open(side) {
      const [text, active] = await makeSecret(side, alg);
      const signers = new side.core.KeyRing({ active, clock });
      const authority = hmacAuthority(issuer, { alg });
      return { signers, issuer: issuer === 'self' ? ORDERS : issuer, authority, secrets: { [SECRET]: text } };
    },
  };
}

function scoped(name: string, held: 'root' | 'derived'): SignerCase {
  return {
    name: `hmac, HS256, key of one audience, ${name}`,
    oneAudience: true,
    async open(side) {
      const [text, active] = await makeSecret(side, 'HS256');
      const signers = new side.core.KeyRing({ active, clock, audienceScoped: true });
      const derived = (await active.forAudience(BILLING)).exportForVerifier();
      return {
        signers,
        issuer: MINTER,
        authority: hmacAuthority(MINTER, held === 'root' ? { deriveFor: [BILLING] } : { audience: BILLING }),
        secrets: { [SECRET]: held === 'root' ? text : derived },
      };
    },
  };
}

function asymmetric(algorithm: AsymmetricAlgorithm, issuer: string): SignerCase {
  return {
    name: `asymmetric, ${algorithm}, ${issuer === STS ? 'token service' : 'workload'}`,
    async open({ core }) {
      const ring = new core.KeyRing({ active: await core.AsymmetricKey.generate(algorithm), clock });
      return { signers: ring, issuer, authority: ring.authority(issuer, SUBJECTS), secrets: {} };
    },
  };
}

/** The signers of the rungs `hmac` and `asymmetric`. RS256, which nobody mints, is among the frozen vectors. */
export const KEY_SIGNERS: readonly SignerCase[] = [
  shared('HS256', 'self'),
  shared('HS384', 'self'),
  shared('HS512', 'self'),
  shared('HS256', MINTER),
  scoped('verifier holds the root', 'root'),
  scoped('verifier holds the derived key', 'derived'),
  asymmetric('ES256', ORDERS),
  asymmetric('ES384', ORDERS),
  asymmetric('Ed25519', ORDERS),
  asymmetric('PS256', ORDERS),
  asymmetric('ES256', STS),
];

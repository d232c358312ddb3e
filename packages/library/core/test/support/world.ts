import type { AsymmetricAuthority, Authority, HmacAuthority, TrustBundle } from '@workload-identity/contract';
import {
  type BundleSource,
  createBundleSource,
  createVerifier,
  type Verifier,
  type VerifierOptions,
} from '../../src/index.ts';
import { BILLING, NOW, STS, TRUST_DOMAIN } from './names.ts';
import {
  type HmacAlgorithm,
  type PairAlgorithm,
  type PairSigning,
  pairSigning,
  type SecretSigning,
  type Signing,
  secretSigning,
} from './signing.ts';

export const SUBJECTS = [`spiffe://${TRUST_DOMAIN}/*`];

/** An authority of holders of shared secrets, who speak for themselves. */
export function sharing(...signings: readonly SecretSigning[]): HmacAuthority {
  const keys = signings.map(({ kid, algorithm }) => ({ secret: { env: envOf(kid) }, alg: algorithm }));
  return { rung: 'hmac', issuer: 'self', subjects: SUBJECTS, keys };
}

/** An authority of one issuer by its public keys. */
export function issuing(...signings: readonly PairSigning[]): AsymmetricAuthority {
  return { rung: 'asymmetric', issuer: STS, subjects: SUBJECTS, keys: signings.map(({ jwk }) => jwk) };
}

export function envOf(kid: string): string {
  // In hexadecimal and short: a long random name is taken for the secret itself.
  return `SECRET_${Buffer.from(kid).toString('hex').toUpperCase().slice(0, 48)}`;
}

export function bundleOf(authorities: readonly Authority[], changes: Partial<TrustBundle> = {}): TrustBundle {
  return { version: 1, trustDomain: TRUST_DOMAIN, sequence: 1, authorities, ...changes };
}

/** Opens a source over a bundle; secrets are found by the identifiers of their keys. */
export async function open(
  bundle: TrustBundle,
  ...signings: readonly SecretSigning[]
): Promise<BundleSource> {
  const secrets = new Map(signings.map(({ kid, secret }) => [envOf(kid), secret.toString('base64')]));
  const source = createBundleSource({
    bundle,
    readSecret: async (reference) => secrets.get(reference.env ?? '') ?? '',
    pollInterval: 0,
  });
  await source.ready();
  return source;
}

/** One key of every algorithm, and a verifier's trust in all of them. */
export interface World {
  readonly secrets: Readonly<Record<HmacAlgorithm, SecretSigning>>;
  readonly pairs: Readonly<Record<PairAlgorithm, PairSigning>>;
  readonly all: readonly Signing[];
  readonly bundle: TrustBundle;
  readonly source: BundleSource;
}

export async function makeWorld(changes: Partial<TrustBundle> = {}): Promise<World> {
  const secrets = {
    HS256: secretSigning('HS256'),
    HS384: secretSigning('HS384'),
    HS512: secretSigning('HS512'),
  };
  const [ES256, ES384, Ed25519, PS256, RS256] = await Promise.all([
    pairSigning('ES256'),
    pairSigning('ES384'),
    pairSigning('Ed25519'),
    pairSigning('PS256'),
    pairSigning('RS256'),
  ]);
  const pairs = { ES256, ES384, Ed25519, PS256, RS256 };
  const held = Object.values(secrets);
  const bundle = bundleOf([sharing(...held), issuing(...Object.values(pairs))], changes);
  const source = await open(bundle, ...held);
  return { secrets, pairs, all: [...held, ...Object.values(pairs)], bundle, source };
}

/** BILLING's verifier at NOW. */
export function verifierOf(bundle: BundleSource, changes: Partial<VerifierOptions> = {}): Verifier {
  return createVerifier({
    bundle,
    audiences: [BILLING],
    acceptRs256: true,
    clock: () => NOW * 1000,
    ...changes,
  });
}

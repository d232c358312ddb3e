import type { Authority } from '@workload-identity/contract';
import {
  type BundleSource,
  createBundleSource,
  createMinter,
  createVerifier,
  KeyRing,
  type Minter,
  type MintRequest,
  type Verifier,
  type VerifierOptions,
} from '@workload-identity/core';
import type { AsymmetricWorld, SecretWorld } from './keys.ts';
import { CALLER, LIFETIME, SERVICE, TRUST_DOMAIN } from './names.ts';

const subjects = [`spiffe://${TRUST_DOMAIN}/*`];

/** The authority for public keys. */
export const publicAuthority = (...worlds: readonly Pick<AsymmetricWorld, 'key'>[]): Authority => ({
  rung: 'asymmetric',
  issuer: CALLER,
  subjects,
  keys: worlds.map(({ key }) => key.publicJwk),
});

// By the name of a variable. No environment is needed: {@link bundleOf} reads from here.
const secrets = new Map<string, string>();

function variableOf({ bytes }: SecretWorld): string {
  const name = `SECRET_${secrets.size}`;
  secrets.set(name, bytes.toString('base64'));
  return name;
}

/** The authority for secrets. */
export const secretAuthority = (...worlds: readonly SecretWorld[]): Authority => ({
  rung: 'hmac',
  issuer: 'self',
  subjects,
  keys: worlds.map((world) => ({ secret: { env: variableOf(world) } })),
});

/** A bundle source that is ready. */
export async function bundleOf(...authorities: readonly Authority[]): Promise<BundleSource> {
  const source = createBundleSource({
    bundle: { version: 1, trustDomain: TRUST_DOMAIN, sequence: 1, authorities },
    readSecret: async ({ env = '' }) => secrets.get(env) ?? '',
    pollInterval: 0,
  });
  await source.ready();
  return source;
}

/** A verifier of {@link SERVICE} that trusts these authorities. */
export async function verifierOf(
  authorities: readonly Authority[],
  options: Partial<VerifierOptions> = {},
): Promise<Verifier> {
  return createVerifier({ bundle: await bundleOf(...authorities), audiences: [SERVICE], ...options });
}

/** A minter of {@link CALLER}. */
export function minterOf({ key }: Pick<AsymmetricWorld | SecretWorld, 'key'>): Minter {
  return createMinter({ issuer: CALLER, signers: new KeyRing({ active: key }) });
}

/** Different tokens for {@link SERVICE}. */
export async function tokensOf(
  minter: Minter,
  count: number,
  request: Partial<MintRequest> = {},
): Promise<string[]> {
  const tokens: string[] = [];
  for (let at = 0; at < count; at++) {
    tokens.push((await minter.mint({ audience: SERVICE, lifetime: LIFETIME, ...request })).token);
  }
  return tokens;
}

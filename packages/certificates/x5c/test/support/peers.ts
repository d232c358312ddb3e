import { randomUUID, sign } from 'node:crypto';
import { type TrustBundle, WorkloadIdentityError } from '@workload-identity/contract';
import { createBundleSource, createVerifier, type Verifier } from '@workload-identity/core';
import { checkAnchors, createChainResolver } from '@workload-identity/x5c';
import { type Party, privateKeyOf } from './authority.ts';
import { type Built, LEAF_URI, NOW } from './build.ts';
import { bundleOf } from './resolve.ts';

export const AUDIENCE = 'spiffe://prod.example.com/billing';

/** A verifier with everything real behind it: bundle source, chain resolver, core. */
export async function verifierOf(bundle: TrustBundle, now: () => number = () => NOW): Promise<Verifier> {
  const source = createBundleSource({ bundle, check: checkAnchors, pollInterval: 0 });
  await source.ready();
  return createVerifier({
    bundle: source,
    audiences: [AUDIENCE],
    chains: createChainResolver(),
    clock: () => now() * 1000,
  });
}

export const verifierTrusting = (...anchors: readonly Pick<Party, 'pem'>[]): Promise<Verifier> =>
  verifierOf(bundleOf({ anchors }));

const segment = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token made by hand: the chain and the key need not belong together. */
export function tokenOf(
  chain: readonly Pick<Party, 'text'>[],
  signer: Party | Built,
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
): string {
  const head = segment({ typ: 'wid+jwt', alg: 'ES256', x5c: chain.map(({ text }) => text), ...header });
  const payload = segment({
    ver: 1,
    iss: LEAF_URI,
    sub: LEAF_URI,
    aud: AUDIENCE,
    iat: NOW,
    exp: NOW + 300,
    jti: randomUUID(),
    ...claims,
  });
  const signature = sign('sha256', Buffer.from(`${head}.${payload}`), {
    key: 'subject' in signer ? signer.keys.privateKey : privateKeyOf(signer),
    dsaEncoding: 'ieee-p1363',
  });
  return `${head}.${payload}.${signature.toString('base64url')}`;
}

/** The code a token is refused with, or `accepted`. */
export async function verdictOf(verifier: Verifier, token: string): Promise<string> {
  try {
    await verifier.verify(token);
    return 'accepted';
  } catch (error) {
    if (error instanceof WorkloadIdentityError) return error.code;
    throw error;
  }
}

/** The code a token is refused with; a token that is accepted fails the test. */
export async function codeOf(verifier: Verifier, token: string): Promise<string> {
  try {
    await verifier.verify(token);
  } catch (error) {
    if (error instanceof WorkloadIdentityError) return error.code;
    throw error;
  }
  throw new Error('the token was accepted');
}

/** As {@link codeOf}, with the whole message. */
export async function messageOf(verifier: Verifier, token: string): Promise<string> {
  try {
    await verifier.verify(token);
  } catch (error) {
    if (error instanceof WorkloadIdentityError) return error.message;
    throw error;
  }
  throw new Error('the token was accepted');
}

import { type TrustBundle, WorkloadIdentityError } from '@workload-identity/contract';
import { createBundleSource, type ResolvedKey, type TrustSnapshot } from '@workload-identity/core';
import { checkAnchors, createChainResolver } from '@workload-identity/x5c';
import { type Built, NOW } from './build.ts';

export const TRUST_DOMAIN = 'prod.example.com';

export interface AuthorityParts {
  readonly anchors: readonly Pick<Built, 'pem'>[];
  readonly subjects?: readonly string[];
  readonly services?: readonly string[];
}

const EVERYONE = [`spiffe://${TRUST_DOMAIN}/*`];

function authorityOf(parts: AuthorityParts): TrustBundle['authorities'][number] {
  return {
    rung: 'ca',
    issuer: 'certificate',
    anchors: parts.anchors.map(({ pem }) => pem),
    subjects: parts.subjects ?? EVERYONE,
    ...(parts.services === undefined ? {} : { services: parts.services }),
  };
}

export function bundleOf(...authorities: readonly AuthorityParts[]): TrustBundle {
  return { version: 1, trustDomain: TRUST_DOMAIN, sequence: 1, authorities: authorities.map(authorityOf) };
}

/** The snapshot a real bundle source makes of a bundle. */
export async function snapshotOf(bundle: TrustBundle, check = checkAnchors): Promise<TrustSnapshot> {
  const source = createBundleSource({ bundle, check, pollInterval: 0 });
  await source.ready();
  const snapshot = source.current();
  source.close();
  return snapshot;
}

export const trusting = (...anchors: readonly Pick<Built, 'pem'>[]): Promise<TrustSnapshot> =>
  snapshotOf(bundleOf({ anchors }));

/** Resolves a chain with a new resolver. */
export async function resolve(
  chain: readonly Pick<Built, 'text'>[],
  snapshot: TrustSnapshot,
  now: number = NOW,
): Promise<ResolvedKey> {
  return createChainResolver().resolve(
    chain.map(({ text }) => text),
    'ES256',
    snapshot,
    now,
  );
}

/** The code and the message a chain is refused with; what is accepted fails the test. */
export async function refusal(
  chain: readonly Pick<Built, 'text'>[],
  snapshot: TrustSnapshot,
  now: number = NOW,
): Promise<string> {
  try {
    await resolve(chain, snapshot, now);
  } catch (error) {
    if (error instanceof WorkloadIdentityError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('the chain was accepted');
}

/** Whether a leaf may assert a subject under one of its anchors. */
export const permits = ({ leaf }: ResolvedKey, subject: string): boolean =>
  leaf?.paths.some((path) => path.permits(subject)) === true;

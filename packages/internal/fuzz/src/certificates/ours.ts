import type { Algorithm } from '@workload-identity/contract';
import { isWorkloadIdentityError } from '@workload-identity/contract';
import { createBundleSource, type TrustSnapshot } from '@workload-identity/core';
import { checkAnchors, createChainResolver } from '@workload-identity/x5c';
import type { Certified } from '../world/certificates.ts';
import { EVERYONE, NOW, STS, TRUST_DOMAIN } from '../world/names.ts';

/** A bundle that trusts these anchors. */
export async function snapshotOf(anchors: readonly Certified[]): Promise<TrustSnapshot> {
  const source = createBundleSource({
    bundle: {
      version: 1,
      trustDomain: TRUST_DOMAIN,
      sequence: 1,
      authorities: [
        {
          rung: 'ca',
          issuer: 'certificate',
          subjects: EVERYONE,
          services: [STS],
          anchors: anchors.map(({ pem }) => pem),
        },
      ],
    },
    check: checkAnchors,
    pollInterval: 0,
  });
  await source.ready();
  return source.current();
}

/** Why this project refuses a chain; `ok` where it does not. An error of another kind is thrown on. */
export async function judge(chain: readonly Buffer[], snapshot: TrustSnapshot): Promise<string> {
  const texts = chain.map((der) => der.toString('base64'));
  try {
    // Which algorithm its key is for is another question: whatever is named here, the chain is validated first.
    await createChainResolver({ cacheChains: 0 }).resolve(texts, 'ES256' as Algorithm, snapshot, NOW);
    return 'ok';
  } catch (error) {
    if (!isWorkloadIdentityError(error)) throw error;
    return error.code === 'algorithm_not_allowed' ? 'ok' : `${error.code}: ${error.message}`;
  }
}

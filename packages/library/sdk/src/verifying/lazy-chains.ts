import { WorkloadIdentityError } from '@workload-identity/contract';
import type { ChainResolver, TrustSnapshot } from '@workload-identity/core';

// Loaded with the first authority that needs it: a service on the lower rungs does not pay for reading certificates.
const load = (): Promise<typeof import('@workload-identity/x5c')> => import('@workload-identity/x5c');

/** Checks the anchors of a bundle, where it has any. @throws WorkloadIdentityError `bundle_invalid` */
export async function checkAnchors(snapshot: TrustSnapshot): Promise<void> {
  if (snapshot.certificateAuthorities.length === 0) return;
  const x5c = await load();
  x5c.checkAnchors(snapshot);
}

/** A resolver of certificate chains that loads what it needs when the bundle has an authority of the `ca` rung. */
export function createLazyChains(): ChainResolver {
  let resolver: ChainResolver | undefined;
  return {
    resolve(chain, algorithm, snapshot, now) {
      if (snapshot.certificateAuthorities.length === 0) {
        throw new WorkloadIdentityError('chain_untrusted', {
          detail: 'the trust bundle has no authority of the ca rung',
        });
      }
      if (resolver !== undefined) return resolver.resolve(chain, algorithm, snapshot, now);
      return load().then(({ createChainResolver }) => {
        resolver ??= createChainResolver();
        return resolver.resolve(chain, algorithm, snapshot, now);
      });
    },
  };
}

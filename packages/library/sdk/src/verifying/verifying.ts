import { trustDomainOf, type WorkloadId } from '@workload-identity/contract';
import {
  type BundleSource,
  createBundleSource,
  createVerifier,
  defineVerify,
  readSecret as readByDefault,
  type Verifier,
  verifyNow,
} from '@workload-identity/core';
import { readReference } from '@workload-identity/core/sources';
import type { VerifySettings } from '../config/schema.ts';
import type { IdentityOptions } from '../identity-options.ts';
import { Opening } from '../opening.ts';
import { checkAnchors, createLazyChains } from './lazy-chains.ts';

/** All a service verifies with. */
export interface Verifying extends Verifier {
  readonly bundle: BundleSource;
  readonly opening: Opening;
  /** The anchors of the active bundle, PEM. @throws WorkloadIdentityError why there is no bundle */
  anchors(): Promise<readonly string[]>;
}

/** The bundle, where an unknown key makes more than the bundle be read again. */
function healing(bundle: BundleSource, alongside: () => Promise<void>): BundleSource {
  return {
    current: () => bundle.current(),
    ready: () => bundle.ready(),
    reload: () => bundle.reload(),
    async heal() {
      const [healed] = await Promise.all([bundle.heal(), alongside()]);
      return healed;
    },
    status: () => bundle.status(),
    close: () => bundle.close(),
  };
}

/**
 * Puts together what a service verifies with. It does no I/O.
 * @param alongside what is read again together with the bundle when a token names an unknown key
 */
export function createVerifying(
  workload: WorkloadId,
  { bundle: file, trustDomain, pollInterval, audiences = [workload], ...settings }: VerifySettings,
  alongside: () => Promise<void>,
  options: IdentityOptions = {},
): Verifying {
  const { clock = Date.now, readSecret = readByDefault } = options;
  const bundle = createBundleSource({
    bundle: file,
    // Without it the first bundle would decide, which may be that of another environment.
    trustDomain: trustDomain ?? trustDomainOf(workload),
    readSecret: (reference) => readReference(reference, readSecret),
    check: checkAnchors,
    clock,
    ...(pollInterval === undefined ? undefined : { pollInterval }),
  });
  const opening = new Opening(() => bundle.ready(), clock);
  const verifier = createVerifier({
    ...settings,
    bundle: healing(bundle, alongside),
    chains: createLazyChains(),
    audiences,
    clock,
  });
  return {
    bundle,
    opening,
    async anchors() {
      await bundle.ready();
      return bundle.current().certificateAuthorities.flatMap(({ anchors = [] }) => anchors);
    },
    verify: defineVerify((token, asked) =>
      opening.done
        ? verifyNow(verifier, token, asked)
        : opening.onUse().then(() => verifier.verify(token, asked)),
    ),
  };
}

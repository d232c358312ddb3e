import { WorkloadIdentityError } from '@workload-identity/contract';
import type { TrustSnapshot } from './snapshot.ts';

/**
 * Refuses a bundle of another trust domain than the service trusts: bundles of several are never merged.
 * @throws WorkloadIdentityError `bundle_invalid`
 */
export function checkTrustDomain({ trustDomain }: TrustSnapshot, expected: string | undefined): void {
  if (expected === undefined || trustDomain === expected) return;
  throw new WorkloadIdentityError('bundle_invalid', {
    detail: `it is of the trust domain ${trustDomain}, and this service trusts ${expected}. Where that is meant, set \`trustDomain\` to it`,
  });
}

/**
 * Refuses a bundle that must not follow the active one: of another trust domain, or with a lower `sequence`.
 * @throws WorkloadIdentityError `bundle_invalid`
 */
export function checkSuccession(before: TrustSnapshot, after: TrustSnapshot): void {
  const wrong =
    after.trustDomain !== before.trustDomain
      ? `\`trustDomain\` changed from ${before.trustDomain}`
      : after.sequence < before.sequence
        ? `\`sequence\` went back from ${before.sequence} to ${after.sequence}`
        : undefined;
  if (wrong !== undefined) throw new WorkloadIdentityError('bundle_invalid', { detail: wrong });
}

import { WorkloadIdentityError } from '@workload-identity/contract';

/** The error for a key that cannot be used: what was expected, never what was given. */
export function keyInvalid(expected: string, reason?: string): WorkloadIdentityError {
  const detail = reason === undefined ? `expected ${expected}` : `expected ${expected} (${reason})`;
  return new WorkloadIdentityError('key_invalid', { detail });
}

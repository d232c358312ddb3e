import { WorkloadIdentityError } from '@workload-identity/contract';

/** What is wrong with one certificate: a few words, never bytes of it. Whoever reads a chain adds which one it was. */
export class Flaw extends WorkloadIdentityError {
  declare readonly detail: string;

  constructor(detail: string) {
    super('chain_invalid', { detail });
  }
}

/** A chain that leads to no anchor. @param detail why, in a few words; left out where there is nothing to tell */
export function untrusted(detail?: string): WorkloadIdentityError {
  return new WorkloadIdentityError('chain_untrusted', detail === undefined ? {} : { detail });
}

/** Runs one step over one certificate; a flaw is told with the place of the certificate. */
export function at<Result>(place: string, step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    throw new WorkloadIdentityError('chain_invalid', { detail: `${place}: ${error.detail}` });
  }
}

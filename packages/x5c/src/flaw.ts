import { WorkloadIdentityError } from '@workload-identity/contract';

/** What is wrong with one certificate: a few words, never bytes of it. Whoever reads a chain adds which one it was. */
export class Flaw extends WorkloadIdentityError {
  readonly reason: string;

  constructor(reason: string) {
    super('chain_invalid', { detail: reason });
    this.reason = reason;
  }
}

/** Runs one step over one certificate; a flaw is told with the place of the certificate. */
export function at<Result>(place: string, step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    throw new WorkloadIdentityError('chain_invalid', { detail: `${place}: ${error.reason}` });
  }
}

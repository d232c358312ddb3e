import { WorkloadIdentityError } from '@workload-identity/contract';

// Which certificate is looked at. Nothing here waits, so there is one at a time.
let place: string | undefined;

/**
 * What is wrong with one certificate: a few words, never bytes of it, behind the place of the certificate where it is one of a
 * chain. A stranger can cause it, so it is the only error that is made on its way out.
 */
export class Flaw extends WorkloadIdentityError {
  declare readonly detail: string;

  constructor(reason: string) {
    super('chain_invalid', { detail: place === undefined ? reason : `${place}: ${reason}` });
  }
}

/** A chain that leads to no anchor. @param detail why, in a few words; left out where there is nothing to tell */
export function untrusted(detail?: string): WorkloadIdentityError {
  return new WorkloadIdentityError('chain_untrusted', detail === undefined ? {} : { detail });
}

/** Runs one step over one certificate; a flaw is told with its place in the chain. The step does not wait for anything. */
export function at<Result>(where: string, step: () => Result): Result {
  const before = place;
  place = where;
  try {
    return step();
  } finally {
    place = before;
  }
}

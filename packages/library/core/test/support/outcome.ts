import { type ErrorCode, isWorkloadIdentityError } from '@workload-identity/contract';
import type { Verifier, VerifyOptions } from '../../src/index.ts';

/** `accepted`, the code of a refusal, or what else was thrown: no other error may ever leave a verification. */
export type Outcome = 'accepted' | ErrorCode | `thrown ${string}`;

export async function outcomeOf(work: Promise<unknown>): Promise<Outcome> {
  try {
    await work;
    return 'accepted';
  } catch (error) {
    return isWorkloadIdentityError(error) ? error.code : `thrown ${String(error)}`;
  }
}

/** What a verifier says to a token, asked twice: a second answer from a cache must be the first one. */
export async function verdict(verifier: Verifier, token: string, options?: VerifyOptions): Promise<Outcome> {
  const first = await outcomeOf(verifier.verify(token, options));
  const second = await outcomeOf(verifier.verify(token, options));
  return first === second ? first : `thrown ${first}, then ${second}`;
}

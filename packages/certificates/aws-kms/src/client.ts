import { KMSClient, type KMSClientConfig } from '@aws-sdk/client-kms';
import type { Settings } from './options.ts';
import { RetryBudget } from './retry-budget.ts';

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** An own client: every attempt ends in time, and the budget decides over the next one. */
export function createClient(settings: Settings): KMSClient {
  const { region, endpoint, connectMs, attemptMs, attempts } = settings;
  const config: KMSClientConfig = {
    maxAttempts: attempts,
    retryStrategy: new RetryBudget(settings),
    requestHandler: {
      connectionTimeout: connectMs,
      requestTimeout: attemptMs,
      // Without it the SDK only warns when the time is over.
      throwOnRequestTimeout: true,
      socketTimeout: attemptMs,
    },
    logger: silent,
    ...(region === undefined ? undefined : { region }),
    ...(endpoint === undefined ? undefined : { endpoint }),
  };
  return new KMSClient(config);
}

/** Thrown when the time of a call is over, whatever the SDK still waits for: credentials, a connection, the rest of an answer. */
export class BudgetSpent extends Error {
  override readonly name = 'BudgetSpent';
}

/** Runs one call within its time. */
export async function withinBudget<T>(
  { budgetMs, sleep }: Settings,
  call: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const work = new AbortController();
  const timer = new AbortController();
  const spent = sleep(budgetMs, timer.signal).then(() => {
    throw new BudgetSpent();
  });
  try {
    return await Promise.race([call(work.signal), spent]);
  } finally {
    // Whichever lost the race ends too, and its end is of no interest.
    spent.catch(() => {});
    timer.abort();
    work.abort();
  }
}

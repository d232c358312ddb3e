import type { Settings } from './options.ts';

/** What the AWS SDK says about a failed attempt. */
interface Failure {
  readonly errorType: 'TRANSIENT' | 'THROTTLING' | 'SERVER_ERROR' | 'CLIENT_ERROR';
  readonly retryAfterHint?: Date;
}

interface Token {
  readonly retries: number;
  readonly deadline: number;
  getRetryCount(): number;
  getRetryDelay(): number;
}

const BASE_MS = 100;
// KMS counts calls by the second: a throttled caller that comes back sooner is throttled again.
const THROTTLED_BASE_MS = 500;
const LONGEST_MS = 2_000;

/** Waits are over when the strategy hands out the token, so the SDK waits no more. */
function token(retries: number, deadline: number): Token {
  return { retries, deadline, getRetryCount: () => retries, getRetryDelay: () => 0 };
}

/**
 * The retry strategy given to the AWS SDK: throttling, server errors and lost connections are attempted again after an
 * exponential wait with full jitter, until the attempts or the time of the call are used up. A wait that would end after
 * the time is not begun.
 */
export class RetryBudget {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  async acquireInitialRetryToken(): Promise<Token> {
    return token(0, this.#settings.clock() + this.#settings.budgetMs);
  }

  async refreshRetryTokenForRetry(held: Token, failure: Failure): Promise<Token> {
    const { attempts, clock, sleep } = this.#settings;
    if (failure.errorType === 'CLIENT_ERROR') throw new Error('not worth another attempt');
    if (held.retries + 1 >= attempts) throw new Error('no attempts left');
    const wait = this.#wait(held.retries, failure);
    if (clock() + wait >= held.deadline) throw new Error('no time left');
    await sleep(wait);
    return token(held.retries + 1, held.deadline);
  }

  recordSuccess(): void {}

  #wait(retries: number, { errorType, retryAfterHint }: Failure): number {
    const base = errorType === 'THROTTLING' ? THROTTLED_BASE_MS : BASE_MS;
    const wait = this.#settings.random() * Math.min(LONGEST_MS, base * 2 ** retries);
    const hint = retryAfterHint === undefined ? 0 : retryAfterHint.getTime() - this.#settings.clock();
    return Math.max(wait, hint);
  }
}

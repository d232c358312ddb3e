/** When the next attempt is due. Times are seconds. */

const RENEW_AT = 0.5;
// Replicas started together renew apart: up to a tenth of the life earlier.
const RENEW_JITTER = 0.1;
const FIRST_RETRY = 1;
/** The longest wait between attempts: how long a service may take to notice that the CA is back. */
export const MAX_RETRY = 60;

/** When a leaf obtained now is renewed: at half of what is left of its life, or a little earlier. */
export function renewalTime(now: number, notAfter: number, random: number): number {
  return now + (notAfter - now) * (RENEW_AT - RENEW_JITTER * random);
}

/** When to try again after some failures in a row: 1 s, doubling to 60 s, each between half and all of that. */
export function retryTime(now: number, failures: number, random: number): number {
  const wait = Math.min(MAX_RETRY, FIRST_RETRY * 2 ** Math.min(failures - 1, 16));
  return now + wait * (0.5 + 0.5 * random);
}

import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

/** How much of a detail a message holds, in UTF-16 units: what a peer or a file wrote must not fill a log. */
const MAX_DETAIL = 4_096;

const BRAND = Symbol.for('workload-identity/error');

/** What an error carries beside its code. */
export interface ErrorOptions {
  /** What exactly was wrong, in a few words. Never a token, a key or a secret. More than 4,096 characters are cut off. */
  readonly detail?: string;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/**
 * The one error class of this project: everything a peer, a token or a source caused.
 * A programmer's mistake is a `TypeError` instead.
 *
 * `code` is stable: it comes from the closed table {@link ERROR_CODES}, and a released code never changes its meaning.
 */
export class WorkloadIdentityError extends Error {
  override readonly name = 'WorkloadIdentityError';
  /** The stable code to switch on. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, options: ErrorOptions = {}) {
    const entry = ERROR_CODES[code];
    const what =
      options.detail === undefined ? entry.message : `${entry.message}: ${bounded(options.detail)}`;
    // Where the detail has lines, the fix has its own.
    const end = what.includes('\n') ? '\n' : '. ';
    super(what + end + entry.fix, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

function bounded(detail: string): string {
  if (detail.length <= MAX_DETAIL) return detail;
  return `${detail.slice(0, MAX_DETAIL).toWellFormed()} … (${detail.length - MAX_DETAIL} more characters)`;
}

/**
 * Tells whether a thrown value is a {@link WorkloadIdentityError}, and, when `code` is given, one with that code.
 * It works across duplicate copies of this package, where `instanceof` does not.
 */
export function isWorkloadIdentityError(value: unknown, code?: ErrorCode): value is WorkloadIdentityError {
  if (!(value instanceof Error) || !(BRAND in value)) return false;
  return code === undefined || (value as { code?: unknown }).code === code;
}

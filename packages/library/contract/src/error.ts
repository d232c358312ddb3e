import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

/** How much of a detail a message holds, in UTF-16 units: what a peer or a file wrote must not fill a log. */
const MAX_DETAIL = 4_096;

const BRAND = Symbol.for('workload-identity/error');

/** What programs may want to know of an error, beside its code. Never a token, a key or a secret. Times are seconds since 1970. */
export interface ErrorFacts {
  /** What would have been accepted, such as the algorithm of the key, or the longest lifetime in seconds. */
  readonly expected?: string | number;
  /** What was there instead. No name out of a refused token: of that nothing is believed. */
  readonly presented?: string | number;
  /** When what is expired did expire. */
  readonly expiresAt?: number;
  /** When what is not valid yet will be. */
  readonly validFrom?: number;
}

/** What an error carries beside its code. */
export interface ErrorOptions extends ErrorFacts {
  /** What exactly was wrong, in a few words. Never a token, a key or a secret. More than 4,096 characters are cut off. */
  readonly detail?: string;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

const FACTS = ['expected', 'presented', 'expiresAt', 'validFrom'] as const;

/**
 * The one error class of this project: everything a peer, a token or a source caused.
 * A programmer's mistake is a `TypeError` instead.
 *
 * `code` is stable: it comes from the closed table {@link ERROR_CODES}, and a released code never changes its meaning.
 */
export class WorkloadIdentityError extends Error implements ErrorFacts {
  override readonly name = 'WorkloadIdentityError';
  /** The stable code to switch on. */
  readonly code: ErrorCode;
  /** What exactly was wrong: the part of the message between the sentence of its code and the fix. */
  declare readonly detail?: string;
  declare readonly expected?: string | number;
  declare readonly presented?: string | number;
  declare readonly expiresAt?: number;
  declare readonly validFrom?: number;

  constructor(code: ErrorCode, options: ErrorOptions = {}) {
    const entry = ERROR_CODES[code];
    // Own members alone: what stands on a prototype is no detail of this error.
    const given = Object.hasOwn(options, 'detail') ? options.detail : undefined;
    const detail = given === undefined ? undefined : bounded(given);
    const what = detail === undefined ? entry.message : `${entry.message}: ${detail}`;
    // Where the detail has lines, the fix has its own.
    const end = what.includes('\n') ? '\n' : '. ';
    super(what + end + entry.fix, Object.hasOwn(options, 'cause') ? { cause: options.cause } : undefined);
    this.code = code;
    if (detail !== undefined) define(this, 'detail', detail);
    for (const fact of FACTS) if (Object.hasOwn(options, fact)) define(this, fact, options[fact]);
    define(this, BRAND, true);
  }
}

/** Not enumerable: printed, it would stand a second time beside the message. */
function define(error: Error, name: PropertyKey, value: unknown): void {
  Object.defineProperty(error, name, { __proto__: null, value } as PropertyDescriptor);
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

/** The last second of the year 9999. */
export const MAX_TIME = 253_402_300_799;

/** Tells whether a value is a time: a whole number of seconds since 1970 (RFC 7519 section 2, NumericDate). */
export function isTime(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_TIME;
}

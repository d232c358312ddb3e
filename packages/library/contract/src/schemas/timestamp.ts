import { z } from 'zod';

const RFC3339_UTC =
  /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,3})?Z$/;

// Says nothing of what is no date at all: the grammar already does.
function isRealDate(text: string): boolean {
  if (!RFC3339_UTC.test(text)) return true;
  const at = new Date(text);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text.slice(0, 10);
}

/** A time in UTC (RFC 3339), such as `2026-01-31T00:00:00Z`. A day no calendar has is refused, not rolled over. */
export const timestampSchema: z.ZodType<string, string> = z
  .string()
  .regex(RFC3339_UTC, 'write a time in UTC that ends in Z, such as `2026-01-31T00:00:00Z`')
  .refine(isRealDate, 'write a day the calendar has');

import { z } from 'zod';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };
const DURATION = /^(?:0|[1-9][0-9]{0,5})[smh]$/;
const HINT = 'write a whole number and a unit, `s`, `m` or `h`, such as "90s" or "5m"';

function seconds(text: string): number {
  return Number(text.slice(0, -1)) * (SECONDS[text.slice(-1)] ?? Number.NaN);
}

/** A duration as a configuration writes it, such as `30s`, `5m` or `12h`; read as seconds. There is no other form. */
export function durationSchema(least: string, most: string): z.ZodType<number, string> {
  return z
    .string(HINT)
    .regex(DURATION, HINT)
    .transform(seconds)
    .refine(
      (value) => value >= seconds(least) && value <= seconds(most),
      `allowed: "${least}" to "${most}"; choose a duration within that`,
    );
}

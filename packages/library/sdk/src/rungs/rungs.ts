import { z } from 'zod';
import { type AsymmetricSignConfiguration, asymmetricRung } from './asymmetric.ts';
import { type CaSignConfiguration, caRung } from './ca.ts';
import { type HmacSignConfiguration, hmacRung } from './hmac.ts';
import type { SignSettings } from './rung.ts';

/** How a service signs: one of the rungs. */
export type SignConfiguration = HmacSignConfiguration | AsymmetricSignConfiguration | CaSignConfiguration;

/** Every rung there is, told apart by its name. */
export const signSchema: z.ZodType<SignSettings, SignConfiguration> = z.discriminatedUnion('rung', [
  hmacRung,
  asymmetricRung,
  caRung,
]);

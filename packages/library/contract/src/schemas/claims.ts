import { z } from 'zod';
import type { Actor } from '../claim-values.ts';
import type { TokenClaims } from '../claims.ts';
import { CONTRACT } from '../constants.ts';
import { LIMITS } from '../limits.ts';
import { type ObjectForm, OPTIONAL_CLAIMS, type OptionalClaimRow } from '../optional-claims.ts';
import { ATTESTATION_METHOD, VISIBLE_TEXT } from '../patterns.ts';
import { isExtension } from '../read-extension.ts';
import { MAX_TIME } from '../time.ts';
import { confirmationSchema } from './confirmation.ts';
import { audienceSchema, issuerSchema, tokenIdSchema, workloadIdSchema } from './names.ts';

const time = z.int().min(0).max(MAX_TIME);
const text = z.string().regex(VISIBLE_TEXT);

function actor(depth: number): z.ZodType<Actor> {
  const inner = depth < LIMITS.actorDepth ? actor(depth + 1) : z.never();
  return z.object({ sub: issuerSchema, iss: issuerSchema.exactOptional(), act: inner.exactOptional() });
}

/** The claims that are objects. */
const OBJECTS: Readonly<Record<ObjectForm, z.ZodType>> = {
  confirmation: confirmationSchema,
  actor: actor(1),
  attestation: z.object({ method: z.string().regex(ATTESTATION_METHOD), issuer: text, subject: text }),
  // Whether it is small and shallow enough no schema can say.
  extension: z.unknown().refine(isExtension).meta({ type: 'object' }),
};

function schemaOf(form: OptionalClaimRow<unknown>['form']['schema']): z.ZodType {
  if (form === 'time') return time;
  if (typeof form === 'string') return OBJECTS[form];
  if ('text' in form) return z.string().regex(form.text);
  return z.array(z.string().regex(form.list)).max(form.most);
}

const optional = Object.fromEntries(
  Object.entries(OPTIONAL_CLAIMS).map(([name, { form, rules }]) => {
    return [name, schemaOf(form.schema).describe(rules).exactOptional()];
  }),
);

const schema = z
  .object({
    ver: z.literal(CONTRACT.version).describe('The version of the contract'),
    iss: issuerSchema.describe('Who signed: a workload identifier, or the https URL of a token service'),
    sub: workloadIdSchema.describe('Which workload the token speaks of'),
    aud: z
      .union([audienceSchema, z.array(audienceSchema).min(1).max(LIMITS.audiences)])
      .describe(`For whom: one audience, or up to ${LIMITS.audiences}`),
    iat: time.describe('When it was issued, in seconds since 1970'),
    exp: time.describe('When it expires, in seconds since 1970; later than iat, by at most an hour'),
    jti: tokenIdSchema.describe('The identifier of this token, with 128 random bits'),
    ...optional,
  })
  .refine(({ iat, exp }) => exp > iat, { path: ['exp'], error: 'write a time later than `iat`' })
  .refine((claims) => isEarlier((claims as { readonly nbf?: unknown }).nbf, claims.exp), {
    path: ['nbf'],
    error: 'write a time earlier than `exp`',
  });

function isEarlier(nbf: unknown, exp: number): boolean {
  return nbf === undefined || (nbf as number) < exp;
}

/**
 * The claims of contract version 1. It accepts exactly what `readClaims` accepts; members it does not know are ignored.
 */
export const claimsSchema = schema as unknown as z.ZodType<TokenClaims>;

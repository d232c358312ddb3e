import { z } from 'zod';
import type { Actor, TokenClaims } from '../claims.ts';
import { CONTRACT } from '../constants.ts';
import { LIMITS } from '../limits.ts';
import { ATTESTATION_METHOD, TRANSACTION, VISIBLE_TEXT } from '../patterns.ts';
import { MAX_TIME } from '../read-claims.ts';
import { isExtension } from '../read-extension.ts';
import { confirmationSchema } from './confirmation.ts';
import { audienceSchema, issuerSchema, roleSchema, tokenIdSchema, workloadIdSchema } from './names.ts';

const time = z.int().min(0).max(MAX_TIME);
const text = z.string().regex(VISIBLE_TEXT);

// Whether it is small and shallow enough no schema can say.
const extension = z
  .unknown()
  .refine(isExtension)
  .meta({ type: 'object', description: "The service's own claims, at most 4096 bytes as compact JSON" });

function actor(depth: number): z.ZodType<Actor> {
  const inner = depth < LIMITS.actorDepth ? actor(depth + 1) : z.never();
  return z.object({ sub: issuerSchema, iss: issuerSchema.exactOptional(), act: inner.exactOptional() });
}

const schema = z
  .object({
    ver: z.literal(CONTRACT.version).describe('The version of the contract'),
    iss: issuerSchema.describe('Who signed: a workload identifier, or the https URL of a token service'),
    sub: workloadIdSchema.describe('Which workload the token speaks of'),
    aud: z
      .union([audienceSchema, z.array(audienceSchema).min(1).max(LIMITS.audiences)])
      .describe('For whom: one audience, or up to 8'),
    iat: time.describe('When it was issued, in seconds since 1970'),
    exp: time.describe('When it expires, in seconds since 1970; later than iat, by at most an hour'),
    jti: tokenIdSchema.describe('The identifier of this token, with 128 random bits'),
    nbf: time.describe('Not valid before this time, in seconds since 1970; earlier than exp').exactOptional(),
    roles: z.array(roleSchema).max(LIMITS.roles).describe('The roles of the subject').exactOptional(),
    cnf: confirmationSchema.exactOptional(),
    act: actor(1).describe('Who acts for the subject (RFC 8693 section 4.1)').exactOptional(),
    txn: z.string().regex(TRANSACTION).describe('Transaction identifier').exactOptional(),
    att: z
      .object({ method: z.string().regex(ATTESTATION_METHOD), issuer: text, subject: text })
      .describe('How the workload was attested: the method, and the issuer and subject of the evidence')
      .exactOptional(),
    ext: extension.exactOptional(),
  })
  .refine(({ iat, exp }) => exp > iat, { path: ['exp'], error: 'write a time later than `iat`' })
  .refine(({ nbf, exp }) => nbf === undefined || nbf < exp, {
    path: ['nbf'],
    error: 'write a time earlier than `exp`',
  });

/**
 * The claims of contract version 1. It accepts exactly what `readClaims` accepts; members it does not know are ignored.
 */
export const claimsSchema = schema as z.ZodType<TokenClaims>;

import { z } from 'zod';
import type { Authority, Denied, TrustBundle } from '../bundle.ts';
import { ISSUER } from '../patterns.ts';
import { hmacKeySchema, publicKeySchema } from './bundle-keys.ts';
import { checkTrustDomain } from './check-trust-domain.ts';
import { closedObject } from './closed-object.ts';
import {
  deniedSubjectSchema,
  issuerSchema,
  keyIdSchema,
  serviceUrlSchema,
  subjectPatternSchema,
  tokenIdSchema,
  trustDomainSchema,
} from './names.ts';
import { timestampSchema } from './timestamp.ts';

const MAX_AUTHORITIES = 256;
const MAX_KEYS = 1_024;
const MAX_SUBJECTS = 1_024;
const MAX_SERVICES = 64;
const MAX_DENIED = 100_000;
const MAX_PEM = 16_384;
const PEM = /^\s*-----BEGIN CERTIFICATE-----\r?\n(?:[A-Za-z0-9+/=]{1,76}\r?\n)+-----END CERTIFICATE-----\s*$/;

const base = {
  subjects: z
    .array(subjectPatternSchema)
    .min(1, 'name at least one subject; for all of them write `spiffe://<trust domain>/*`')
    .max(MAX_SUBJECTS)
    .describe('The subjects this authority may assert, all within the trust domain'),
  notAfter: timestampSchema.describe('From this time on the authority is not accepted').exactOptional(),
};

const hmac = closedObject({
  rung: z.literal('hmac'),
  issuer: z
    .string()
    .max(2_048)
    .regex(
      new RegExp(`^self$|${ISSUER.source}`),
      'write "self", a workload identifier, or the https URL of a token service',
    )
    .describe('"self": every holder speaks for itself. Otherwise the one issuer the keys speak for'),
  keys: z.array(hmacKeySchema).min(1, 'add a key').max(MAX_KEYS),
  ...base,
});

const asymmetric = closedObject({
  rung: z.literal('asymmetric'),
  issuer: issuerSchema.describe('The one issuer the keys speak for'),
  keys: z.array(publicKeySchema).min(1, 'add a public key').max(MAX_KEYS),
  ...base,
});

const anchor = z
  .string()
  .max(MAX_PEM)
  .regex(PEM, 'write exactly one block from BEGIN CERTIFICATE to END CERTIFICATE, and nothing around it');

const ca = closedObject({
  rung: z.literal('ca'),
  issuer: z.literal('certificate').describe("The issuer is the leaf's URI SAN"),
  anchors: z.array(anchor).min(1, 'add a certificate').max(MAX_KEYS).describe('Trust anchors, PEM'),
  services: z
    .array(serviceUrlSchema)
    .max(MAX_SERVICES)
    .describe('The token services whose leaves are accepted: https URLs, each exactly the URI of a leaf')
    .exactOptional(),
  ...base,
});

const authoritySchema: z.ZodType<Authority> = z.discriminatedUnion('rung', [hmac, asymmetric, ca]);

const denied: z.ZodType<Denied> = closedObject({
  keys: z
    .array(keyIdSchema)
    .max(MAX_DENIED)
    .describe('Key identifiers; on the ca rung of leaves, intermediates and anchors')
    .exactOptional(),
  tokens: z.array(tokenIdSchema).max(MAX_DENIED).describe('Token identifiers').exactOptional(),
  subjects: z
    .array(deniedSubjectSchema)
    .max(MAX_DENIED)
    .describe('Subject patterns and https URLs of token services, refused as sub, iss and outermost actor')
    .exactOptional(),
  issuedBefore: timestampSchema.describe('Tokens issued before this time').exactOptional(),
});

/**
 * A trust bundle: the shape, and the rules between its parts. `parseTrustBundle` reads one with messages for the person
 * who has to fix it.
 */
export const trustBundleSchema: z.ZodType<TrustBundle> = closedObject({
  version: z.literal(1).describe('The version of this format'),
  trustDomain: trustDomainSchema,
  sequence: z.int().min(0).describe('Grows with every change and never goes back'),
  refreshHint: z
    .int()
    .min(1)
    .max(86_400)
    .describe('How often a reader looks for a newer one, in seconds')
    .exactOptional(),
  authorities: z.array(authoritySchema).max(MAX_AUTHORITIES),
  denied: denied.describe('What is refused although an authority would vouch for it').exactOptional(),
}).superRefine(checkTrustDomain, { when: () => true });

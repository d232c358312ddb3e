import { z } from 'zod';
import type { WorkloadId } from '../identifier.ts';
import { LIMITS } from '../limits.ts';
import {
  DENIED_SUBJECT,
  ISSUER,
  KEY_ID,
  ROLE,
  SERVICE_URL,
  SHA256_BASE64URL,
  SUBJECT_PATTERN,
  TOKEN_ID,
  TRUST_DOMAIN,
  VISIBLE_ASCII,
  WORKLOAD_ID,
} from '../patterns.ts';

const bounded = z.string().max(LIMITS.identifierBytes);

const workloadIdText = bounded
  .regex(WORKLOAD_ID, 'write `spiffe://<trust domain>/<path>`, such as `spiffe://prod.example.com/orders`')
  .describe('A workload identifier: spiffe://<trust domain>/<path>');

/** A workload identifier, as `parseWorkloadId` reads it. */
export const workloadIdSchema = workloadIdText as unknown as z.ZodType<WorkloadId, string>;

/** A subject pattern, as `parseSubjectPattern` reads it. */
export const subjectPatternSchema: z.ZodType<string, string> = bounded
  .regex(SUBJECT_PATTERN, 'write a workload identifier, or a prefix that ends in `/*`')
  .describe('A workload identifier, or a prefix of one that ends in /*');

/** `iss`. */
export const issuerSchema: z.ZodType<string, string> = bounded
  .regex(ISSUER, 'write a workload identifier, or the https URL of a token service without a trailing slash')
  .describe('A workload identifier, or the https URL of a token service');

/** The https URL of a token service. */
export const serviceUrlSchema: z.ZodType<string, string> = bounded
  .regex(SERVICE_URL, 'write the https URL of a token service without a trailing slash')
  .describe('The https URL of a token service');

/** What a denial of subjects names. */
export const deniedSubjectSchema: z.ZodType<string, string> = bounded
  .regex(
    DENIED_SUBJECT,
    'write a workload identifier, a prefix that ends in `/*`, or the https URL of a token service',
  )
  .describe('A workload identifier, a prefix of one that ends in /*, or the https URL of a token service');

/** A trust domain, as `parseTrustDomain` reads it. */
export const trustDomainSchema: z.ZodType<string, string> = z
  .string()
  .regex(TRUST_DOMAIN, 'write 1 to 255 of `a-z 0-9 . _ -`, such as `prod.example.com`')
  .describe('A trust domain, such as prod.example.com');

/** An audience. */
export const audienceSchema: z.ZodType<string, string> = z
  .string()
  .max(LIMITS.audienceBytes)
  .regex(VISIBLE_ASCII, 'write visible ASCII characters without spaces')
  .describe('An audience, compared exactly');

/** One role. */
export const roleSchema: z.ZodType<string, string> = z
  .string()
  .regex(ROLE, 'write 1 to 64 of `a-z 0-9 . _ : -`');

/** `jti`. */
export const tokenIdSchema: z.ZodType<string, string> = z
  .string()
  .regex(TOKEN_ID, 'write 16 to 128 of `A-Z a-z 0-9 . _ : -`');

/** A key identifier. */
export const keyIdSchema: z.ZodType<string, string> = z
  .string()
  .regex(
    KEY_ID,
    'write the identifier of a key as a status or an event shows it: 22 or 43 characters of base64url',
  );

/** A SHA-256 as base64url. */
export const sha256Schema: z.ZodType<string, string> = z
  .string()
  .regex(SHA256_BASE64URL, 'write a SHA-256 as 43 characters of base64url');
